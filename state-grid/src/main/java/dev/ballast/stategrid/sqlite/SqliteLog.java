package dev.ballast.stategrid.sqlite;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The log of a single member: one SQLite file in WAL mode with synchronous=FULL, so a transaction
 * that returned is on the disk, and a torn tail is dropped when the file is opened.
 *
 * <p>One connection writes (the sequencer's thread); a few others read beside it.
 */
public final class SqliteLog implements CommitLog {

  private static final Logger LOG = LoggerFactory.getLogger(SqliteLog.class);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final Writer writer;
  private final Readers readers;

  private SqliteLog(Path file, Writer writer) {
    this.file = file;
    this.writer = writer;
    this.readers = new Readers(file);
  }

  /**
   * Opens or makes the file.
   *
   * @throws LogException with a message for a person when it cannot be opened or is not ours
   */
  public static SqliteLog at(Path file) {
    return at(file, 0);
  }

  /** With at most so many pages of 4 KB, for tests of full disks; 0 for no such limit. */
  static SqliteLog at(Path file, int maximumPages) {
    try {
      makePrivate(file);
      return new SqliteLog(file, new Writer(file, maximumPages));
    } catch (IOException e) {
      throw new LogException("cannot open " + file + ": " + e, true, e);
    } catch (SQLException e) {
      throw new LogException(
          "cannot open " + file + ": " + e.getMessage() + "; is it a database of Ballast?",
          true,
          e);
    }
  }

  /**
   * Secrets are in it, and the directory may be one that others read. SQLite's -wal inherits it.
   */
  private static void makePrivate(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    Files.setPosixFilePermissions(file, OWNER_ONLY);
  }

  @Override
  public Start open(Consumer<Entry> entries) {
    try {
      long epoch = writer.beginEpoch();
      readers.use(
          reader -> {
            try (ResultSet rows = reader.all()) {
              while (rows.next()) {
                entries.accept(Rows.entry(rows));
              }
            }
            return null;
          });
      return new Start(epoch, writer.lastRevision(), writer.horizon());
    } catch (SQLException e) {
      throw new LogException("cannot read " + file + ": " + e.getMessage(), true, e);
    }
  }

  @Override
  public void append(Batch batch) {
    write("write to", () -> writer.append(batch));
  }

  @Override
  public void compact(long horizon, List<Long> positions) {
    write("compact", () -> writer.compact(horizon, positions));
  }

  /**
   * A commit that failed while syncing has left frames behind the end of the WAL. The next
   * transaction overwrites them, so one that succeeds makes certain that they are gone.
   */
  @Override
  public void recover() {
    write("write to", writer::probe);
  }

  private interface Writing {
    void run() throws SQLException;
  }

  private void write(String what, Writing writing) {
    try {
      writing.run();
    } catch (SQLException e) {
      boolean certain = !writer.committing() || isFull(e);
      writer.rollback();
      throw new LogException("cannot " + what + " " + file + ": " + e.getMessage(), certain, e);
    }
  }

  private static boolean isFull(SQLException e) {
    return e instanceof SQLiteException s && s.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
  }

  @Override
  public Optional<byte[]> document(long position) {
    return reading(
        reader -> {
          PreparedStatement select = reader.document();
          select.setLong(1, position);
          try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
          }
        });
  }

  @Override
  public void scan(ResourceType type, long after, long upTo, Predicate<Entry> wanted) {
    reading(
        reader -> {
          PreparedStatement select = reader.scan();
          select.setString(1, Rows.text(type));
          select.setLong(2, after);
          select.setLong(3, upTo);
          try (ResultSet rows = select.executeQuery()) {
            while (rows.next() && wanted.test(Rows.entry(rows))) {}
          }
          return null;
        });
  }

  private <T> T reading(Readers.Use<T> use) {
    try {
      return readers.use(use);
    } catch (SQLException e) {
      throw new StoreUnavailableException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public long sizeBytes() {
    return size(file) + size(file.resolveSibling(file.getFileName() + "-wal"));
  }

  private static long size(Path path) {
    try {
      return Files.exists(path) ? Files.size(path) : 0;
    } catch (IOException gone) {
      LOG.debug("no size of {}", path, gone);
      return 0;
    }
  }

  @Override
  public void close() {
    readers.close();
    writer.close();
  }
}
