package dev.ballast.stategrid.sqlite;

import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.log.CommitLog;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing connection: explicit transactions, each durable when its COMMIT returned.
 *
 * <p>What if we die just after it? Before COMMIT: SQLite drops the tail, nothing was answered.
 * After COMMIT, before the answer: the commit is there on restart and its client, which got no
 * answer, must look. Not thread-safe: the sequencer's.
 */
final class Writer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final int WAL_LIMIT_BYTES = 16 << 20;

  private final Connection connection;
  private final Statement statement;
  private PreparedStatement insertEntry;
  private PreparedStatement insertDocument;
  private PreparedStatement deleteEntry;
  private PreparedStatement deleteDocument;
  private PreparedStatement setFact;
  private long epoch;
  private boolean committing;
  private boolean usable = true;

  Writer(Path file, int maximumPages) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    statement = connection.createStatement();
    statement.execute("PRAGMA journal_mode=WAL");
    statement.execute("PRAGMA synchronous=FULL");
    statement.execute("PRAGMA journal_size_limit=" + WAL_LIMIT_BYTES);
    if (maximumPages > 0) {
      statement.execute("PRAGMA max_page_count=" + maximumPages);
    }
    requireFormat();
    for (String table : Rows.SCHEMA) {
      statement.execute(table);
    }
    statement.execute("PRAGMA user_version=" + Rows.FORMAT);
    prepare();
  }

  /** The driver gives a statement up when it fails, so this is done again after a failure. */
  private void prepare() throws SQLException {
    insertEntry =
        connection.prepareStatement(
            "INSERT INTO entry(" + Rows.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)");
    insertDocument =
        connection.prepareStatement("INSERT INTO document(position, json) VALUES (?, ?)");
    deleteEntry = connection.prepareStatement("DELETE FROM entry WHERE position = ?");
    deleteDocument = connection.prepareStatement("DELETE FROM document WHERE position = ?");
    setFact = connection.prepareStatement("INSERT OR REPLACE INTO fact(name, value) VALUES (?, ?)");
  }

  private void requireFormat() throws SQLException {
    long format = number("PRAGMA user_version");
    if (format > Rows.FORMAT) {
      throw new SQLException(
          "its format is %d and this version knows %d: a newer Ballast wrote it"
              .formatted(format, Rows.FORMAT));
    }
  }

  /** True while the fate of the transaction is with the disk. */
  boolean committing() {
    return committing;
  }

  long beginEpoch() throws SQLException {
    begin();
    epoch = fact("epoch") + 1;
    set("epoch", epoch);
    commit();
    return epoch;
  }

  long lastRevision() throws SQLException {
    long newest = Position.revision(number("SELECT coalesce(max(position), 0) FROM entry"));
    return Math.max(Math.max(newest, fact("reserved")), horizon());
  }

  long horizon() throws SQLException {
    return fact("horizon");
  }

  void append(CommitLog.Batch batch) throws SQLException {
    if (batch.epoch() != epoch) {
      throw new SQLException("the batch is of epoch " + batch.epoch() + ", the log in " + epoch);
    }
    begin();
    for (CommitLog.Row row : batch.rows()) {
      insert(row);
    }
    if (batch.reservedRevision() > 0) {
      set("reserved", batch.reservedRevision());
    }
    commit();
  }

  private void insert(CommitLog.Row row) throws SQLException {
    Entry entry = row.entry();
    insertEntry.setLong(1, entry.position());
    insertEntry.setString(2, Rows.text(entry.key().type()));
    insertEntry.setString(3, entry.key().namespace());
    insertEntry.setString(4, entry.key().name());
    insertEntry.setInt(5, Rows.number(entry.change()));
    insertEntry.setLong(6, entry.previous());
    insertEntry.setString(7, entry.head().encode());
    insertEntry.executeUpdate();
    if (!entry.removes()) {
      insertDocument.setLong(1, entry.position());
      insertDocument.setBytes(2, row.json());
      insertDocument.executeUpdate();
    }
  }

  void compact(long horizon, List<Long> positions) throws SQLException {
    begin();
    set("horizon", horizon);
    for (long position : positions) {
      deleteEntry.setLong(1, position);
      deleteEntry.executeUpdate();
      deleteDocument.setLong(1, position);
      deleteDocument.executeUpdate();
    }
    commit();
  }

  void probe() throws SQLException {
    begin();
    set("probe", fact("probe") + 1);
    commit();
  }

  private void begin() throws SQLException {
    committing = false;
    if (!usable) {
      prepare();
      usable = true;
    }
    statement.execute("BEGIN IMMEDIATE");
  }

  private void commit() throws SQLException {
    committing = true;
    statement.execute("COMMIT");
    committing = false;
  }

  /**
   * Ends a failed transaction. The connection stays: a new one would read the WAL from the disk and
   * might find the batch complete there, after its client was told otherwise.
   */
  void rollback() {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException alreadyRolledBack) {
      LOG.debug("nothing to roll back", alreadyRolledBack);
    }
    usable = false;
  }

  private void set(String name, long value) throws SQLException {
    setFact.setString(1, name);
    setFact.setLong(2, value);
    setFact.executeUpdate();
  }

  private long fact(String name) throws SQLException {
    return number("SELECT coalesce(max(value), 0) FROM fact WHERE name = '" + name + "'");
  }

  private long number(String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("closing the log failed; the next start recovers it", e);
    }
  }
}
