package dev.ballast.bench.wire;

import dev.ballast.app.Connection;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;

/**
 * One TLS connection that is kept alive, and HTTP/1.1 by hand on it: a load generator must cost
 * little where it shares the processors with what it measures. One thread.
 */
public final class Wire implements AutoCloseable {

  public static final String JSON = "application/json";
  public static final String MERGE_PATCH = "application/merge-patch+json";
  public static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  private static final byte[] NOTHING = {};

  /** Status and body of an answer. */
  public record Reply(int status, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final SSLSocket socket;
  private final AnswerReader in;
  private final OutputStream out;
  private final String common;

  public Wire(Connection connection) throws IOException {
    URI server = connection.server();
    socket =
        (SSLSocket)
            connection.tls().getSocketFactory().createSocket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.startHandshake();
    in = new AnswerReader(socket.getInputStream());
    out = socket.getOutputStream();
    common =
        " HTTP/1.1\r\nHost: %s:%d\r\nAuthorization: Bearer %s\r\n"
            .formatted(server.getHost(), server.getPort(), connection.token());
  }

  /** Whatever the answer is. */
  public Reply send(String method, String path, String contentType, byte[] body)
      throws IOException {
    ask(method, path, "Content-Type: " + contentType, body);
    return in.whole();
  }

  /**
   * @throws IOException when the answer is not one of success
   */
  public byte[] get(String path, String accept) throws IOException {
    ask("GET", path, "Accept: " + accept, NOTHING);
    return body(path, in.whole());
  }

  /**
   * @throws IOException when the answer is not one of success
   */
  public byte[] done(String method, String path, String contentType, byte[] body)
      throws IOException {
    return body(path, send(method, path, contentType, body));
  }

  private static byte[] body(String path, Reply reply) throws IOException {
    if (reply.status() / 100 != 2) {
      throw new IOException(path + " answered " + reply.status() + ": " + reply.text());
    }
    return reply.body();
  }

  /** Reads the lines of an endless answer until it ends. */
  public void lines(String path, Runnable opened, Consumer<byte[]> line) throws IOException {
    ask("GET", path, "Accept: " + JSON, NOTHING);
    in.lines(path, opened, line);
  }

  private void ask(String method, String path, String header, byte[] body) throws IOException {
    StringBuilder head = new StringBuilder(320).append(method).append(' ').append(path);
    head.append(common).append(header).append("\r\n");
    if (body.length > 0 || !method.equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    out.write(request);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
