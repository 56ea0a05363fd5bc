package dev.ballast.bench.wire;

import dev.ballast.app.Connection;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Connections that requests of any thread borrow; more are opened where none is free. */
public final class Wires implements AutoCloseable {

  private final Connection connection;
  private final ConcurrentLinkedDeque<Wire> free = new ConcurrentLinkedDeque<>();

  public Wires(Connection connection) {
    this.connection = connection;
  }

  /** One request, or a few. */
  public interface Request<T> {
    T on(Wire wire) throws IOException;
  }

  public <T> T with(Request<T> request) throws IOException {
    Wire wire = free.pollFirst();
    if (wire == null) {
      wire = new Wire(connection);
    }
    try {
      T answer = request.on(wire);
      free.addFirst(wire);
      return answer;
    } catch (IOException e) {
      wire.close();
      throw e;
    }
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
    for (Wire wire = free.poll(); wire != null; wire = free.poll()) {
      wire.close();
    }
  }
}
