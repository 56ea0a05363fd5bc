package dev.ballast.api.socket;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.node.Frame;
import dev.ballast.core.node.NodeStream;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stream of frames over one of the server's WebSockets. The socket is read only as fast as the
 * reader takes frames, and a sender waits until the link took its frame, so neither side piles
 * anything up.
 *
 * <p>The socket's handlers run on its event loop; one thread sends, one receives, both virtual;
 * {@link #close} comes from any.
 */
public final class FrameSocket implements NodeStream {

  /** WebSocket frames that may wait for the reader: enough to keep the link busy. */
  private static final int WINDOW = 8;

  /** Data bytes of one message; longer frames of data travel as several. */
  private static final int LONGEST = 32 << 10;

  private static final int LONGEST_RECEIVED = 4 << 20;

  private final ServerWebSocket socket;
  private final String protocol;
  private final FrameCoding coding;
  private final BlockingQueue<Optional<Frame>> received = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private volatile boolean closed;

  private FrameSocket(ServerWebSocket socket) {
    this.socket = socket;
    this.protocol = socket.subProtocol() == null ? "" : socket.subProtocol();
    this.coding = protocol.contains("base64") ? FrameCoding.BASE64 : FrameCoding.BINARY;
    socket.frameHandler(this::take);
    socket.endHandler(nothing -> end());
    socket.closeHandler(nothing -> closedByLink());
    socket.exceptionHandler(error -> end());
    socket.fetch(WINDOW);
  }

  /**
   * Upgrades the request.
   *
   * @throws Refusal 400 when it is no proper upgrade
   */
  public static FrameSocket accept(Exchange exchange) throws Refusal {
    AtomicReference<FrameSocket> opened = new AtomicReference<>();
    exchange.upgrade(socket -> opened.set(new FrameSocket(socket)));
    return opened.get();
  }

  /** The subprotocol agreed on; "" for none. */
  public String protocol() {
    return protocol;
  }

  @Override
  public boolean send(Frame frame) {
    byte[] data = frame.data();
    if (!isData(frame.channel()) || data.length <= LONGEST) {
      return write(frame.channel(), data);
    }
    for (int from = 0; from < data.length; from += LONGEST) {
      int to = Math.min(data.length, from + LONGEST);
      if (!write(frame.channel(), Arrays.copyOfRange(data, from, to))) {
        return false;
      }
    }
    return true;
  }

  private boolean write(byte channel, byte[] data) {
    if (closed) {
      return false;
    }
    try {
      socket
          .writeFrame(coding.encode(channel, data))
          .toCompletionStage()
          .toCompletableFuture()
          .get();
      return true;
    } catch (ExecutionException linkLost) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
      if (frame.isEmpty()) {
        received.add(frame);
      } else if (!closed) {
        socket.fetch(1);
      }
      return frame;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (RejectedExecutionException serverStopped) {
      return Optional.empty();
    }
  }

  /** What was sent still arrives. Frames that nobody received are dropped. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      end();
      try {
        socket.resume();
        socket.close();
      } catch (RejectedExecutionException serverStopped) {
        // Its sockets are closed already.
      }
    }
  }

  private void take(WebSocketFrame frame) {
    if (!(frame.isBinary() || frame.isText() || frame.isContinuation()) || closed) {
      return;
    }
    partial.writeBytes(frame.binaryData().getBytes());
    if (partial.size() > LONGEST_RECEIVED) {
      close();
    } else if (frame.isFinal()) {
      Optional<Frame> message = coding.decode(partial.toByteArray());
      partial.reset();
      if (message.isPresent()) {
        received.add(message);
      } else {
        socket.fetch(1);
      }
    } else {
      socket.fetch(1);
    }
  }

  /**
   * The link is gone. If the other side said good-bye, its last frames may still wait to be read,
   * and its good-bye comes behind them.
   */
  private void closedByLink() {
    if (socket.closeStatusCode() == null) {
      end();
    }
  }

  private void end() {
    received.add(Optional.empty());
  }
}
