package dev.ballast.stategrid.sqlite;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch.Change;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Head;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schema and the way from a row to an {@link Entry}. Documents lie in a table of their own, so
 * a restart and a scan read the narrow rows only. Both tables are keyed by position, which is
 * (revision, ordinal) in one number: appends go to the right edge of both trees.
 */
final class Rows {

  /** Set as user_version, so that a newer form is recognised. */
  static final int FORMAT = 1;

  static final String[] SCHEMA = {
    """
    CREATE TABLE IF NOT EXISTS entry(
      position INTEGER PRIMARY KEY, type TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
      change INTEGER NOT NULL, previous INTEGER NOT NULL, head TEXT NOT NULL) STRICT""",
    "CREATE TABLE IF NOT EXISTS document(position INTEGER PRIMARY KEY, json BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
  };

  static final String COLUMNS = "position, type, namespace, name, change, previous, head";

  private static final Change[] CHANGES = {Change.ADDED, Change.MODIFIED, Change.DELETED};

  /** One object per type, however many rows there are. */
  private static final Map<String, ResourceType> TYPES = new ConcurrentHashMap<>();

  private Rows() {}

  static Entry entry(ResultSet row) throws SQLException {
    Change change = CHANGES[row.getInt(5)];
    return new Entry(
        row.getLong(1),
        new ObjectKey(type(row.getString(2)), row.getString(3), row.getString(4)),
        change,
        row.getLong(6),
        Head.decode(row.getString(7)));
  }

  static int number(Change change) {
    return switch (change) {
      case ADDED -> 0;
      case MODIFIED -> 1;
      case DELETED -> 2;
    };
  }

  static String text(ResourceType type) {
    return type.toString();
  }

  private static ResourceType type(String text) {
    return TYPES.computeIfAbsent(text, Rows::parse);
  }

  private static ResourceType parse(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new ResourceType("", text)
        : new ResourceType(text.substring(dot + 1), text.substring(0, dot));
  }
}
