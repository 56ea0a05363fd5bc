package dev.ballast.api.stream;

import dev.ballast.core.node.Frame;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A client of exec: what kubectl does, frame by frame. It reads only when it is told to. */
final class Terminal implements WebSocket.Listener {

  private static final Frame END = new Frame((byte) 99, new byte[0]);

  final AtomicLong bytes = new AtomicLong();
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private WebSocket socket;

  void open(HttpClient http, URI server, String token, String path, String... subprotocols) {
    WebSocket.Builder builder =
        http.newWebSocketBuilder().header("Authorization", "Bearer " + token);
    if (subprotocols.length > 0) {
      builder.subprotocols(
          subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
    }
    URI target = URI.create(server.toString().replaceFirst("https", "wss") + path);
    socket = builder.buildAsync(target, this).join();
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  CompletableFuture<WebSocket> send(int channel, byte[] data) {
    ByteBuffer message = ByteBuffer.allocate(data.length + 1).put((byte) channel).put(data);
    return socket.sendBinary(message.flip(), true);
  }

  void send(int channel, String text) {
    send(channel, text.getBytes(StandardCharsets.UTF_8)).join();
  }

  void sendText(String text) {
    socket.sendText(text, true).join();
  }

  void abort() {
    socket.abort();
  }

  /** Frames up to the end, the greeting left out; "CHANNEL:text". */
  List<String> rest() throws InterruptedException {
    socket.request(Long.MAX_VALUE);
    List<String> all = new ArrayList<>();
    Frame frame = next();
    while (frame != END) {
      if (frame.data().length > 0) {
        all.add(frame.channel() + ":" + new String(frame.data(), StandardCharsets.UTF_8));
      }
      frame = next();
    }
    return all;
  }

  /** The next frame with something in it. */
  String nextText() throws InterruptedException {
    socket.request(Long.MAX_VALUE);
    Frame frame = next();
    while (frame.data().length == 0 && frame != END) {
      frame = next();
    }
    return frame.channel() + ":" + new String(frame.data(), StandardCharsets.UTF_8);
  }

  private Frame next() throws InterruptedException {
    Frame frame = frames.poll(30, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("nothing came for 30 s");
    }
    return frame;
  }

  void read(long messages) {
    socket.request(messages);
  }

  @Override
  public void onOpen(WebSocket opened) {
    // Nothing is read before the test says so.
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] chunk = new byte[data.remaining()];
    data.get(chunk);
    partial.writeBytes(chunk);
    bytes.addAndGet(chunk.length);
    if (last) {
      byte[] message = partial.toByteArray();
      partial.reset();
      frames.add(new Frame(message[0], Arrays.copyOfRange(message, 1, message.length)));
    }
    return null;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    frames.add(Frame.text((byte) data.charAt(0), data.subSequence(1, data.length()).toString()));
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    frames.add(END);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    frames.add(END);
  }
}
