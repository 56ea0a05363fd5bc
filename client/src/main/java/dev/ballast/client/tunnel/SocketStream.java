package dev.ballast.client.tunnel;

import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import dev.ballast.core.time.Timers;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A node stream over a WebSocket of the JDK. Messages are asked for one by one as the reader takes
 * them, and a sender waits until the socket took its message, so neither side piles anything up.
 *
 * <p>The listener's methods run on the client's threads, one at a time; one thread sends, one
 * receives, {@link #close} comes from any.
 */
final class SocketStream implements NodeStream, WebSocket.Listener {

  /** Messages that may wait for the reader: enough to keep the link busy. */
  private static final int WINDOW = 8;

  /** Data bytes of one message; longer frames of data travel as several. */
  private static final int LONGEST = 32 << 10;

  /** A message from the server that is longer is not from our server. */
  private static final int LONGEST_RECEIVED = 4 << 20;

  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Timers timers;
  private final BlockingQueue<Optional<Frame>> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
  private ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private volatile boolean closed;
  private volatile boolean ended;

  SocketStream(Timers timers) {
    this.timers = timers;
  }

  @Override
  public boolean send(Frame frame) {
    if (!isData(frame.channel()) || frame.data().length <= LONGEST) {
      return send(frame.channel(), frame.data(), 0, frame.data().length);
    }
    for (int from = 0; from < frame.data().length; from += LONGEST) {
      int length = Math.min(LONGEST, frame.data().length - from);
      if (!send(frame.channel(), frame.data(), from, length)) {
        return false;
      }
    }
    return true;
  }

  private boolean send(byte channel, byte[] data, int from, int length) {
    if (closed || ended) {
      return false;
    }
    ByteBuffer message = ByteBuffer.allocate(length + 1).put(channel).put(data, from, length);
    try {
      socket.join().sendBinary(message.flip(), true).join();
      return true;
    } catch (CompletionException linkLost) {
      return false;
    }
  }

  private static boolean isData(byte channel) {
    return channel == Frame.STDIN || channel == Frame.STDOUT || channel == Frame.STDERR;
  }

  @Override
  public Optional<Frame> receive() {
    try {
      Optional<Frame> frame = received.take();
      if (frame.isPresent()) {
        socket.join().request(1);
      } else {
        received.add(frame);
      }
      return frame;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** What was sent still arrives. The other side has a little time to close too. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    received.add(Optional.empty());
    socket.thenAccept(
        open -> {
          open.request(Long.MAX_VALUE);
          open.sendClose(WebSocket.NORMAL_CLOSURE, "");
          timers.schedule(CLOSING, open::abort);
        });
  }

  /** Ends it without a word: the link is known to be dead. */
  void abort() {
    end();
    socket.thenAccept(WebSocket::abort);
  }

  @Override
  public void onOpen(WebSocket opened) {
    socket.complete(opened);
    opened.request(WINDOW);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    partial.writeBytes(bytes);
    if (partial.size() > LONGEST_RECEIVED) {
      abort();
    } else if (!last) {
      from.request(1);
    } else {
      byte[] message = partial.toByteArray();
      partial = new ByteArrayOutputStream();
      take(message);
    }
    return null;
  }

  private void take(byte[] message) {
    if (message.length == 0) {
      socket.join().request(1);
    } else if (!closed) {
      byte[] data = Arrays.copyOfRange(message, 1, message.length);
      received.add(Optional.of(new Frame(message[0], data)));
    }
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    end();
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end();
  }

  private void end() {
    ended = true;
    received.add(Optional.empty());
  }
}
