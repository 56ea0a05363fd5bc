package dev.ballast.stategrid.sqlite;

import dev.ballast.stategrid.log.LogException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of one image, made one after the other, so that each knows how much room there is. Beside
 * the writer and readers, on a connection of its own: none may be open when the file is replaced,
 * since SQLite deletes the log of a file by its name. Thread-safe.
 */
final class Copying {

  private static final Logger LOG = LoggerFactory.getLogger(Copying.class);
  private static final long LOOK_AGAIN_MILLIS = 10;

  private final Path file;
  private final Room room;
  private final ReentrantLock one = new ReentrantLock();
  private final Object ending = new Object();

  /** Null when there is nothing to cancel. A statement must not be cancelled while it is closed. */
  private Statement running;

  Copying(Path file, Room room) {
    this.file = file;
    this.room = room;
  }

  void to(Path target) {
    one.lock();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      Files.deleteIfExists(target);
      room.require(bytes(statement), target.toAbsolutePath().getParent(), "a copy of " + file);
      // Before there is anything in it: SQLite itself would let others read it.
      Image.makePrivate(target);
      makeRunning(statement);
      try {
        statement.execute("VACUUM INTO '" + target.toString().replace("'", "''") + "'");
      } finally {
        makeRunning(null);
      }
      try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    } catch (SQLException | IOException e) {
      discard(target);
      throw new LogException("cannot copy " + file + " to " + target + ": " + e, true, e);
    } finally {
      one.unlock();
    }
  }

  private void makeRunning(Statement statement) {
    synchronized (ending) {
      running = statement;
    }
  }

  /** What is not whole only takes room. */
  private static void discard(Path target) {
    try {
      Files.deleteIfExists(target);
    } catch (IOException e) {
      LOG.warn("cannot delete the unfinished copy {}", target, e);
    }
  }

  /** A copy leaves the free pages out. */
  static long bytes(Statement statement) throws SQLException {
    long pages = number(statement, "page_count") - number(statement, "freelist_count");
    return pages * number(statement, "page_size");
  }

  private static long number(Statement statement, String pragma) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA " + pragma)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Ends the copy that is being made, and keeps others waiting until {@link #resume}. */
  void suspend() {
    try {
      while (!one.tryLock(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        cancel();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogException("interrupted while a copy of " + file + " was made", true, e);
    }
  }

  private void cancel() {
    synchronized (ending) {
      try {
        if (running != null) {
          running.cancel();
        }
      } catch (SQLException e) {
        LOG.debug("the copy has just ended", e);
      }
    }
  }

  void resume() {
    one.unlock();
  }
}
