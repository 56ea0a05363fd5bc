package dev.ballast.api.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Closes connections on which nothing is asked: a stranger who opens sockets and sends half a
 * request head on each would else hold them for ever. A connection has {@link #FIRST} for its first
 * whole request head and {@link #BETWEEN} from the end of one request to the next, as in
 * kube-apiserver; while a request is under way (a watch, say) it may be silent. Event loop only.
 */
final class Patience {

  static final Duration FIRST = Duration.ofSeconds(32);
  static final Duration BETWEEN = Duration.ofSeconds(90);

  private static final long NONE = -1;

  private static final class Held {
    private int underWay;
    private long timer = NONE;
  }

  private final Map<HttpConnection, Held> connections = new IdentityHashMap<>();
  private final Vertx vertx;
  private final Duration first;
  private final Duration between;

  Patience(Vertx vertx, Duration first, Duration between) {
    this.vertx = vertx;
    this.first = first;
    this.between = between;
  }

  void opened(HttpConnection connection) {
    Held held = new Held();
    connections.put(connection, held);
    connection.closeHandler(
        gone -> {
          connections.remove(connection);
          calm(held);
        });
    expect(connection, held, first);
  }

  void begun(HttpConnection connection) {
    Held held = connections.get(connection);
    if (held != null) {
      held.underWay++;
      calm(held);
    }
  }

  void ended(HttpConnection connection) {
    Held held = connections.get(connection);
    if (held != null && --held.underWay == 0) {
      expect(connection, held, between);
    }
  }

  /** It speaks another protocol from now on. */
  void left(HttpConnection connection) {
    connections.remove(connection);
  }

  private void expect(HttpConnection connection, Held held, Duration within) {
    held.timer = vertx.setTimer(within.toMillis(), late -> connection.close());
  }

  private void calm(Held held) {
    if (held.timer != NONE) {
      vertx.cancelTimer(held.timer);
      held.timer = NONE;
    }
  }
}
