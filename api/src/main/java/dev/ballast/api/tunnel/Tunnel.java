package dev.ballast.api.tunnel;

import dev.ballast.core.node.NodeStream;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One node's control link and the streams that came of it, which end with it. It pings, and gives
 * the link up after three pings' silence. Thread-safe.
 */
final class Tunnel {

  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration DEAD = Duration.ofSeconds(30);

  private final String node;
  private final ServerWebSocket socket;
  private final Timers timers;
  private final Consumer<Tunnel> onLost;
  private final Set<NodeStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean lost = new AtomicBoolean();
  private volatile Now lastHeard;

  Tunnel(String node, ServerWebSocket socket, Timers timers, Consumer<Tunnel> onLost) {
    this.node = node;
    this.socket = socket;
    this.timers = timers;
    this.onLost = onLost;
    this.lastHeard = timers.now();
  }

  String node() {
    return node;
  }

  /** Sets the socket's handlers and lets it flow. */
  void start() {
    socket.pongHandler(pong -> lastHeard = timers.now());
    socket.handler(anything -> lastHeard = timers.now());
    socket.exceptionHandler(error -> close());
    socket.closeHandler(nothing -> lost());
    socket.resume();
    timers.schedule(PING, this::ping);
  }

  private void ping() {
    if (lost.get()) {
      return;
    }
    if (timers.now().since(lastHeard).compareTo(DEAD) >= 0) {
      close();
      return;
    }
    socket.writePing(Buffer.buffer());
    timers.schedule(PING, this::ping);
  }

  /** Asks the agent for something; what becomes of it shows when it dials. */
  void tell(String text) {
    socket.writeTextMessage(text);
  }

  void add(NodeStream stream) {
    streams.add(stream);
    if (lost.get()) {
      stream.close();
    }
  }

  void remove(NodeStream stream) {
    streams.remove(stream);
  }

  int streams() {
    return streams.size();
  }

  void close() {
    socket.close();
    lost();
  }

  private void lost() {
    if (lost.compareAndSet(false, true)) {
      streams.forEach(NodeStream::close);
      onLost.accept(this);
    }
  }
}
