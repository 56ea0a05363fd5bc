package dev.ballast.stategrid.sqlite;

import dev.ballast.core.store.StoreUnavailableException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few reading connections, opened when first needed, each lent to one thread at a time. */
final class Readers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
  private static final int CONNECTIONS = 4;

  interface Use<T> {
    T with(Reader reader) throws SQLException;
  }

  private final Path file;
  private final Semaphore permits = new Semaphore(CONNECTIONS);
  private final ConcurrentLinkedQueue<Reader> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Readers(Path file) {
    this.file = file;
  }

  <T> T use(Use<T> use) throws SQLException {
    permits.acquireUninterruptibly();
    try {
      if (closed) {
        throw new StoreUnavailableException("the store is closed");
      }
      Reader reader = idle.poll();
      if (reader == null) {
        reader = new Reader(file);
      }
      try {
        return use.with(reader);
      } finally {
        idle.add(reader);
      }
    } finally {
      permits.release();
    }
  }

  /** Waits for what is being read, closes every connection, and keeps readers waiting. */
  void suspend() {
    permits.acquireUninterruptibly(CONNECTIONS);
    for (Reader reader = idle.poll(); reader != null; reader = idle.poll()) {
      reader.close();
    }
  }

  void resume() {
    permits.release(CONNECTIONS);
  }

  /** Waits for what is being read, then closes every connection. */
  @Override
  public void close() {
    closed = true;
    suspend();
    resume();
  }

  /** One connection with its prepared statements. */
  static final class Reader {
    private final Connection connection;
    private final PreparedStatement document;
    private final PreparedStatement scan;

    Reader(Path file) throws SQLException {
      connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try (var statement = connection.createStatement()) {
        statement.execute("PRAGMA query_only=1");
        statement.execute("PRAGMA cache_size=-1024");
      }
      document = connection.prepareStatement("SELECT json FROM document WHERE position = ?");
      scan =
          connection.prepareStatement(
              "SELECT "
                  + Rows.COLUMNS
                  + " FROM entry WHERE type = ? AND position > ? AND position <= ?"
                  + " ORDER BY position");
    }

    PreparedStatement document() {
      return document;
    }

    PreparedStatement scan() {
      return scan;
    }

    /** Every entry in order; closing the result closes its statement. */
    ResultSet all() throws SQLException {
      PreparedStatement all =
          connection.prepareStatement("SELECT " + Rows.COLUMNS + " FROM entry ORDER BY position");
      all.closeOnCompletion();
      return all.executeQuery();
    }

    long copyBytes() throws SQLException {
      try (Statement statement = connection.createStatement()) {
        return Copying.bytes(statement);
      }
    }

    void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.warn("closing a reading connection failed", e);
      }
    }
  }
}
