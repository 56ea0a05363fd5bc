package dev.ballast.bench.wire;

import dev.ballast.app.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Connections that requests of any thread borrow; more are opened where none is free, and those
 * that nobody used for a while are let go, since the server lets go of them too. Thread-safe.
 */
public final class Wires implements AutoCloseable {

  /** Well below the 90 s for which a server keeps a connection on which nothing is asked. */
  private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();

  private record Free(Wire wire, long sinceNanos) {}

  private final Connection connection;
  private final ConcurrentLinkedDeque<Free> free = new ConcurrentLinkedDeque<>();

  public Wires(Connection connection) {
    this.connection = connection;
  }

  /** One request, or a few. */
  public interface Request<T> {
    T on(Wire wire) throws IOException;
  }

  public <T> T with(Request<T> request) throws IOException {
    Wire wire = borrowed();
    try {
      T answer = request.on(wire);
      free.addFirst(new Free(wire, System.nanoTime()));
      return answer;
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }

  private Wire borrowed() throws IOException {
    for (Free last = free.pollFirst(); last != null; last = free.pollFirst()) {
      if (System.nanoTime() - last.sinceNanos() < KEPT_NANOS) {
        return last.wire();
      }
      last.wire().close();
    }
    return new Wire(connection);
  }

  public byte[] get(String path, String accept) throws IOException {
    return with(wire -> wire.get(path, accept));
  }

  public byte[] done(String method, String path, String contentType, byte[] body)
      throws IOException {
    return with(wire -> wire.done(method, path, contentType, body));
  }

  /** A connection of its own, for an endless answer; the caller closes it. */
  public Wire open() throws IOException {
    return new Wire(connection);
  }

  @Override
  public void close() throws IOException {
    for (Free last = free.poll(); last != null; last = free.poll()) {
      last.wire().close();
    }
  }
}
