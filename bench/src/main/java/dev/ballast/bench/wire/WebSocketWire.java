package dev.ballast.bench.wire;

import dev.ballast.app.Connection;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;

/**
 * A WebSocket over TLS by hand, for short texts: ten thousand of a library's would take this
 * machine from what they measure. One thread reads, any writes.
 */
public final class WebSocketWire implements AutoCloseable {

  private static final int TEXT = 0x1;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /**
   * @param headers whole lines, beside those of every upgrade
   */
  public WebSocketWire(Connection connection, String path, List<String> headers)
      throws IOException {
    URI server = connection.server();
    socket =
        (SSLSocket)
            connection.tls().getSocketFactory().createSocket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    String ask =
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\n%s\r\n"
                .formatted(
                    path,
                    server.getHost(),
                    server.getPort(),
                    connection.token(),
                    String.join("\r\n", headers))
            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    out.write(ask.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    String answer = head();
    if (!answer.startsWith("HTTP/1.1 101")) {
      throw new IOException(path + " answered " + answer);
    }
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** At most 125 bytes. */
  public void send(String text) throws IOException {
    send(TEXT, text.getBytes(StandardCharsets.US_ASCII));
  }

  private synchronized void send(int kind, byte[] data) throws IOException {
    byte[] frame = new byte[6 + data.length];
    frame[0] = (byte) (0x80 | kind);
    // Clients must mask; a mask of zeros changes nothing.
    frame[1] = (byte) (0x80 | data.length);
    System.arraycopy(data, 0, frame, 6, data.length);
    out.write(frame);
    out.flush();
  }

  /** Reads until the link ends, which it says by an exception. */
  public void read(Consumer<String> texts) throws IOException {
    while (true) {
      int kind = in.readUnsignedByte() & 0xF;
      int length = in.readUnsignedByte();
      byte[] data = new byte[length < 126 ? length : in.readUnsignedShort()];
      in.readFully(data);
      switch (kind) {
        case TEXT -> texts.accept(new String(data, StandardCharsets.UTF_8));
        case PING -> send(PONG, data);
        default -> {}
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
