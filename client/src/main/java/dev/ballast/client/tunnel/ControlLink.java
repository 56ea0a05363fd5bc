package dev.ballast.client.tunnel;

import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The control WebSocket of a tunnel: hands over whole texts, pings when nothing is said, and tells
 * once when it is gone, be it closed, broken, or silent for three pings.
 *
 * <p>Its listener's methods run on the client's threads, one at a time.
 */
final class ControlLink implements WebSocket.Listener {

  /** A node's renewals come more often, so that a link that carries them is never pinged. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  private static final Duration PING = Duration.ofSeconds(5);
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

  /** Whether the server takes renewals of the lease. */
  boolean takesRenewals() {
    return isOpen() && socket.getSubprotocol().equals(LeaseRenewals.PROTOCOL);
  }

  /** One at a time; what becomes of it shows in the answer. */
  void tell(String text) {
    socket.sendText(text, true);
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
    timers.schedule(QUIET, this::listen);
  }

  private void listen() {
    if (lost.get()) {
      return;
    }
    Duration silence = timers.now().since(lastHeard);
    if (silence.compareTo(DEAD) >= 0) {
      socket.abort();
      lost();
    } else if (silence.compareTo(QUIET) >= 0) {
      socket.sendPing(ByteBuffer.allocate(0));
      timers.schedule(PING, this::listen);
    } else {
      timers.schedule(QUIET.minus(silence), this::listen);
    }
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
