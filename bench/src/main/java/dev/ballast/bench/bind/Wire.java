package dev.ballast.bench.bind;

import dev.ballast.app.Connection;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/**
 * One TLS connection that is kept alive, and HTTP/1.1 by hand on it: a load generator must cost
 * little where it shares the processors with what it measures. One thread.
 */
final class Wire implements AutoCloseable {

  /** Status and body of an answer. */
  record Reply(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private final String common;

  Wire(Connection connection) throws IOException {
    URI server = connection.server();
    socket =
        (SSLSocket)
            connection.tls().getSocketFactory().createSocket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.startHandshake();
    in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
    out = socket.getOutputStream();
    common =
        " HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\n"
            .formatted(server.getHost(), server.getPort(), connection.token());
  }

  Reply send(String method, String path, String contentType, byte[] body) throws IOException {
    String head =
        "%s %s%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(method, path, common, contentType, body.length);
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length);
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    out.write(request.toByteArray());
    out.flush();
    int status = Integer.parseInt(line().split(" ")[1]);
    int length = 0;
    boolean chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).trim());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.contains("chunked");
      }
    }
    return new Reply(status, chunked ? chunks() : in.readNBytes(length));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(); size > 0; size = size()) {
      body.writeBytes(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int size() throws IOException {
    return Integer.parseInt(line().trim(), 16);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
