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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  /**
   * More than a cluster takes in eleven days at 10,000 a second; a thousandth of what there are.
   */
  private static final long PASSED_REVISIONS = 10_000_000_000L;

  /** More than a cluster takes in the day after it was restored. */
  private static final long LEAST_PASSED = 100_000_000L;

  /** What no cluster takes a second for long: ten thousand nodes' leases take a thousand. */
  private static final long REVISIONS_A_SECOND = 4_000;

  private static final Instant FIRST_SECOND = Instant.parse("2026-01-01T00:00:00Z");

  /** Half of what there are; it lasts for 34 years. */
  private static final long MOST_BY_THE_CLOCK = 1L << 42;

  /**
   * Only for a new file. Documents of some 2 KB fill pages of 16 KB well; pages of 4 KB hold one
   * each, and a batch of 64 then writes twice as much and takes 1.6 times as long.
   */
  private static final int PAGE_BYTES = 16 << 10;

  private final Connection connection;
  private final Statement statement;
  private PreparedStatement insertEntry;
  private PreparedStatement insertDocument;
  private PreparedStatement deleteEntry;
  private PreparedStatement deleteDocument;
  private PreparedStatement setFact;
  private boolean committing;
  private boolean usable = true;

  Writer(Path file, int maximumPages) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try {
      statement = connection.createStatement();
      open(maximumPages);
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  private void open(int maximumPages) throws SQLException {
    statement.execute("PRAGMA page_size=" + PAGE_BYTES);
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
    long epoch = fact("epoch", 0) + 1;
    set("epoch", epoch);
    commit();
    return epoch;
  }

  Image.Stored stored() throws SQLException {
    long tip = Position.revision(number("SELECT coalesce(max(position), 0) FROM entry"));
    // The newest rows may be compacted away, marks of removals as they are.
    tip = Math.max(tip, fact("tip", 0));
    long horizon = fact("horizon", 0);
    long revision = Math.max(Math.max(tip, fact("reserved", 0)), horizon);
    return new Image.Stored(fact("term", 0), fact("index", -1), tip, revision, horizon);
  }

  void append(CommitLog.Batch batch) throws SQLException {
    begin();
    write(batch);
    commit();
  }

  void apply(long term, long index, CommitLog.Batch batch) throws SQLException {
    begin();
    write(batch);
    if (!batch.rows().isEmpty()) {
      set("tip", batch.rows().getLast().entry().revision());
    }
    place(term, index);
    commit();
  }

  private void write(CommitLog.Batch batch) throws SQLException {
    for (CommitLog.Row row : batch.rows()) {
      insert(row);
    }
    if (batch.reservedRevision() > 0) {
      set("reserved", batch.reservedRevision());
    }
  }

  private void place(long term, long index) throws SQLException {
    set("term", term);
    set("index", index);
  }

  void applyHorizon(long term, long index, long horizon) throws SQLException {
    begin();
    set("horizon", horizon);
    place(term, index);
    commit();
  }

  /**
   * Makes a log of its own of a copy. What was committed after the copy was taken is lost, and its
   * revisions must not come to stand for something else: this log begins behind all of them, and
   * whoever wants to go on from one is told that it is too old.
   *
   * <p>Nor must those of a cluster that was restored from the same copy before: so it begins where
   * the clock says, which is ahead of what has counted on from an earlier beginning, unless that
   * was minutes ago and each start since has skipped a block. A clock that is not far beyond the
   * copy says nothing.
   */
  void beginAnew(Instant now) throws SQLException {
    long stored = stored().revision();
    long seconds = Math.max(0, FIRST_SECOND.until(now, ChronoUnit.SECONDS));
    long byClock = PASSED_REVISIONS + seconds * REVISIONS_A_SECOND;
    boolean beyond = byClock - stored > LEAST_PASSED && byClock < MOST_BY_THE_CLOCK;
    long first = beyond ? byClock : stored + PASSED_REVISIONS;
    begin();
    statement.execute("DELETE FROM fact WHERE name IN ('term', 'index')");
    set("reserved", first);
    set("horizon", first);
    commit();
  }

  void relax() throws SQLException {
    statement.execute("PRAGMA synchronous=NORMAL");
  }

  /**
   * Puts everything into the file itself, synced, so that its log is empty.
   *
   * @throws SQLException also when somebody reads what is older
   */
  void settleInFile() throws SQLException {
    if (number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) {
      throw new SQLException("another connection keeps its log in use");
    }
  }

  /** A transaction with synchronous=FULL syncs the WAL, and so what was written before it too. */
  void settle(long term, long index) throws SQLException {
    statement.execute("PRAGMA synchronous=FULL");
    begin();
    place(term, index);
    commit();
    statement.execute("PRAGMA synchronous=NORMAL");
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
    remove(positions);
    commit();
  }

  void delete(List<Long> positions) throws SQLException {
    begin();
    remove(positions);
    commit();
  }

  private void remove(List<Long> positions) throws SQLException {
    for (long position : positions) {
      deleteEntry.setLong(1, position);
      deleteEntry.executeUpdate();
      deleteDocument.setLong(1, position);
      deleteDocument.executeUpdate();
    }
  }

  void probe() throws SQLException {
    begin();
    set("probe", fact("probe", 0) + 1);
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

  private long fact(String name, long absent) throws SQLException {
    return number(
        "SELECT coalesce(max(value), " + absent + ") FROM fact WHERE name = '" + name + "'");
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
