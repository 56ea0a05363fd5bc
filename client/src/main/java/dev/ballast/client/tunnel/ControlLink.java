package dev.ballast.client.tunnel;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The control WebSocket of a tunnel: hands over whole texts, pings, and tells once when it is gone,
 * be it closed, broken, or silent for three pings.
 *
 * <p>Its listener's methods run on the client's threads, one at a time.
 */
final class ControlLink implements WebSocket.Listener {

  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration DEAD = Duration.ofSeconds(30);

  private final Timers timers;
  private final Consumer<String> onText;
  private final Runnable onLost;
  private final StringBuilder partial = new StringBuilder();
  private final AtomicBoolean lost = new AtomicBoolean();
  private volatile WebSocket socket;
  private volatile Now lastHeard;

  ControlLink(Timers timers, Consumer<String> onText, Runnable onLost) {
    this.timers = timers;
    this.onText = onText;
    this.onLost = onLost;
  }

  boolean isOpen() {
    return socket != null && !lost.get();
  }

  void close() {
    if (isOpen()) {
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
  }

  @Override
  public void onOpen(WebSocket opened) {
    lastHeard = timers.now();
    socket = opened;
    opened.request(1);
    timers.schedule(PING, this::ping);
  }

  private void ping() {
    if (lost.get()) {
      return;
    }
    if (timers.now().since(lastHeard).compareTo(DEAD) >= 0) {
      socket.abort();
      lost();
      return;
    }
    socket.sendPing(ByteBuffer.allocate(0));
    timers.schedule(PING, this::ping);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    lastHeard = timers.now();
    partial.append(data);
    if (last) {
      onText.accept(partial.toString());
      partial.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    return heard(from);
  }

  @Override
  public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    return heard(from);
  }

  private CompletionStage<?> heard(WebSocket from) {
    lastHeard = timers.now();
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    lost();
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    lost();
  }

  private void lost() {
    if (lost.compareAndSet(false, true)) {
      onLost.run();
    }
  }
}
