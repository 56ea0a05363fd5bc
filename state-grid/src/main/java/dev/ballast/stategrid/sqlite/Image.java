package dev.ballast.stategrid.sqlite;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.index.Doomed;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.log.LogReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
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
 * The state in one SQLite file in WAL mode, so a torn tail is dropped when it is opened. It is the
 * log itself of a single member, and what a member of several makes of the replicated log.
 *
 * <p>One connection writes, under a lock; a few others read beside it. Thread-safe.
 */
public final class Image implements LogReader, AutoCloseable {

  /**
   * What the image holds.
   *
   * @param term of the newest replicated entry in it; see {@link #index}
   * @param index of the newest replicated entry in it; -1 where the log is the image itself
   * @param tip the newest revision in it
   * @param revision the newest revision that was ever given out or reserved
   */
  public record Stored(long term, long index, long tip, long revision, long horizon) {

    /**
     * Up to here everything is in it, and nothing that comes from another member is older; it may
     * still be older than what was reserved.
     */
    public long shown() {
      return Math.max(tip, horizon);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Image.class);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final Room room;
  private final Readers readers;
  private final Copying copying;
  private final Object writing = new Object();
  private Writer writer;

  private Image(Path file, Writer writer, Room room) {
    this.file = file;
    this.writer = writer;
    this.room = room;
    this.readers = new Readers(file);
    this.copying = new Copying(file, room);
  }

  /**
   * Opens or makes the file.
   *
   * @throws LogException with a message for a person when it cannot be opened or is not ours
   */
  public static Image at(Path file) {
    return at(file, 0, Room.OF_THE_DISK);
  }

  /**
   * @param room what is free on the disk
   */
  public static Image at(Path file, Room room) {
    return at(file, 0, room);
  }

  /** With at most so many pages of 4 KB, for tests of full disks; 0 for no such limit. */
  static Image at(Path file, int maximumPages) {
    return at(file, maximumPages, Room.OF_THE_DISK);
  }

  private static Image at(Path file, int maximumPages, Room room) {
    try {
      makePrivate(file);
      return new Image(file, new Writer(file, maximumPages), room);
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
  static void makePrivate(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    Files.setPosixFilePermissions(file, OWNER_ONLY);
  }

  public Path file() {
    return file;
  }

  public Stored stored() {
    return write("read", Writer::stored);
  }

  /**
   * What a copy holds.
   *
   * @throws LogException when it is no image
   */
  public static Stored storedIn(Path copy) {
    try {
      Writer reading = new Writer(copy, 0);
      try {
        return reading.stored();
      } finally {
        reading.close();
      }
    } catch (SQLException e) {
      throw new LogException(copy + " is no image: " + e.getMessage(), true, e);
    }
  }

  /**
   * Moves a copy to where there is no image, as one that is its own log and begins behind every
   * revision that its cluster gave out, or another that was restored from it.
   */
  public static void restore(Path copy, Path file, Instant now) {
    if (Files.exists(file)) {
      throw new LogException(
          file + " is there already: restore into an empty directory", true, null);
    }
    try {
      Writer alone = new Writer(copy, 0);
      try {
        alone.beginAnew(now);
      } finally {
        alone.close();
      }
      makePrivate(copy);
      Files.move(copy, file);
    } catch (SQLException | IOException e) {
      throw new LogException("cannot restore " + file + " from " + copy + ": " + e, true, e);
    }
  }

  /** As {@link #entries}, while {@link #replace} keeps everybody else out. */
  public void unguarded(Consumer<Entry> entries) {
    try (Readers own = new Readers(file)) {
      own.use(
          reader -> {
            all(reader, entries);
            return null;
          });
    } catch (SQLException e) {
      throw new LogException("cannot read " + file + ": " + e.getMessage(), true, e);
    }
  }

  private static void all(Readers.Reader reader, Consumer<Entry> entries) throws SQLException {
    try (ResultSet rows = reader.all()) {
      while (rows.next()) {
        entries.accept(Rows.entry(rows));
      }
    }
  }

  /** Hands over every kept entry in log order. */
  public void entries(Consumer<Entry> entries) {
    try {
      readers.use(
          reader -> {
            all(reader, entries);
            return null;
          });
    } catch (SQLException e) {
      throw new LogException("cannot read " + file + ": " + e.getMessage(), true, e);
    }
  }

  long beginEpoch() {
    return write("write to", Writer::beginEpoch);
  }

  void append(CommitLog.Batch batch) {
    change("write to", w -> w.append(batch));
  }

  void compact(long horizon, List<Long> positions) {
    change("compact", w -> w.compact(horizon, positions));
  }

  void probe() {
    change("write to", Writer::probe);
  }

  /** Takes a replicated batch; the entry's place is in the same transaction. */
  public void apply(long term, long index, CommitLog.Batch batch) {
    change("write to", w -> w.apply(term, index, batch));
  }

  /** Takes a replicated entry that moves the horizon. */
  public void applyHorizon(long term, long index, long horizon) {
    change("write to", w -> w.applyHorizon(term, index, horizon));
  }

  /**
   * Removes the first of the compacted rows; those of the file that is there then, also while it is
   * being replaced.
   *
   * @return how many
   */
  public int delete(Doomed doomed, int most) {
    return write(
        "compact",
        w -> {
          List<Long> first = doomed.first(most);
          w.delete(first);
          doomed.deleted(first.size());
          return first.size();
        });
  }

  /**
   * From now on a transaction is only certain to survive the machine's death once {@link #settle}
   * returned after it: the replicated log holds it until then.
   */
  public void backedByLog() {
    change("open", Writer::relax);
  }

  /** Notes how far the replicated log is in, and puts everything so far on the disk. */
  public void settle(long term, long index) {
    change("write to", w -> w.settle(term, index));
  }

  /**
   * A consistent copy, synced, for the owner only. Writers and readers go on; one copy at a time.
   *
   * @throws StoreUnavailableException when the disk has no room for it
   * @throws LogException when it cannot be made; nothing is left of it
   */
  public void copyTo(Path target) {
    copying.to(target);
  }

  /** How large a copy would be now, and hardly ever more. */
  public long copyBytes() {
    return reading(Readers.Reader::copyBytes);
  }

  public Room room() {
    return room;
  }

  /**
   * Puts another image, a synced file, in this one's place. Whoever dies at any point of it finds
   * this image whole, with everything that was ever in it, or the other: nothing is left outside
   * the file when it is replaced. A copy that is being made of this one ends.
   *
   * @param meanwhile runs after the change and before anybody reads again
   */
  public void replace(Path copy, Runnable meanwhile) {
    synchronized (writing) {
      copying.suspend();
      readers.suspend();
      try {
        writer.settleInFile();
        writer.close();
        requireNothingBeside();
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel parent = FileChannel.open(file.toAbsolutePath().getParent())) {
          parent.force(true);
        }
        writer = new Writer(file, 0);
        writer.relax();
        meanwhile.run();
      } catch (SQLException | IOException e) {
        throw new LogException("cannot put " + copy + " in the place of " + file, false, e);
      } finally {
        readers.resume();
        copying.resume();
      }
    }
  }

  /** Beside another image, the log of this one would be taken for that one's. */
  private void requireNothingBeside() throws IOException {
    Path log = file.resolveSibling(file.getFileName() + "-wal");
    if (size(log) > 0) {
      throw new IOException(log + " is still in use: does another program read " + file + "?");
    }
    Files.deleteIfExists(log);
    Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
  }

  private interface Action<T> {
    T on(Writer writer) throws SQLException;
  }

  private interface Writing {
    void on(Writer writer) throws SQLException;
  }

  private void change(String what, Writing action) {
    write(
        what,
        w -> {
          action.on(w);
          return null;
        });
  }

  private <T> T write(String what, Action<T> action) {
    synchronized (writing) {
      try {
        return action.on(writer);
      } catch (SQLException e) {
        boolean certain = !writer.committing() || isFull(e);
        writer.rollback();
        throw new LogException("cannot " + what + " " + file + ": " + e.getMessage(), certain, e);
      }
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
    synchronized (writing) {
      writer.close();
    }
  }
}
