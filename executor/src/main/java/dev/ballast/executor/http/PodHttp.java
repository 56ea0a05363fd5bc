package dev.ballast.executor.http;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.PodConnection;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One HTTP/1.1 exchange with a pod. Headers pass as they are but for those that belong to one link.
 * Certificates of pods are not checked, as the kubelet and kube-apiserver do not check them either.
 */
public final class PodHttp implements AutoCloseable {

  private static final Set<String> LINK_HEADERS =
      Set.of("connection", "keep-alive", "transfer-encoding", "content-length", "te", "upgrade");
  private static final int LONGEST_HEAD = 64 << 10;

  private final PodConnection connection;
  private final InputStream input;
  private final OutputStream output;
  private int status;
  private final Map<String, List<String>> headers = new TreeMap<>();
  private InputStream body = InputStream.nullInputStream();

  private PodHttp(PodConnection connection, InputStream input, OutputStream output) {
    this.connection = connection;
    this.input = new BufferedInputStream(input);
    this.output = output;
  }

  /**
   * @param timeout for the link and, unless zero, for each read
   */
  public static PodHttp connect(
      ContainerRuntime runtime, String scheme, String address, int port, Duration timeout)
      throws IOException {
    PodConnection connection = runtime.dial(address, port, timeout);
    try {
      Optional<Socket> socket = connection.socket();
      if (scheme.equalsIgnoreCase("https") && socket.isPresent()) {
        SSLSocket secure =
            (SSLSocket)
                trusting().getSocketFactory().createSocket(socket.get(), address, port, true);
        return new PodHttp(connection, secure.getInputStream(), secure.getOutputStream());
      }
      return new PodHttp(connection, connection.input(), connection.output());
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Limits how long a read may block; zero for ever. */
  public void readTimeout(Duration timeout) throws SocketException {
    if (connection.socket().isPresent()) {
      connection.socket().get().setSoTimeout((int) timeout.toMillis());
    }
  }

  /**
   * Sends the head; the body follows through {@link #writeBody}.
   *
   * @param chunked false when there is none
   */
  public void request(
      String method, String path, Map<String, List<String>> headers, boolean chunked)
      throws IOException {
    send(method, path, headers, chunked ? "Transfer-Encoding: chunked\r\n" : "");
  }

  /** Sends the whole request. */
  public void request(String method, String path, Map<String, List<String>> headers, byte[] body)
      throws IOException {
    send(method, path, headers, "Content-Length: " + body.length + "\r\n");
    output.write(body);
    output.flush();
  }

  private void send(String method, String path, Map<String, List<String>> headers, String framing)
      throws IOException {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    headers.forEach(
        (name, values) -> {
          if (!LINK_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(v -> head.append(name).append(": ").append(v).append("\r\n"));
          }
        });
    head.append("Connection: close\r\n").append(framing).append("\r\n");
    output.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    output.flush();
  }

  public void writeBody(byte[] data) throws IOException {
    if (data.length > 0) {
      output.write((Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      output.write(data);
      output.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      output.flush();
    }
  }

  public void endBody() throws IOException {
    output.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    output.flush();
  }

  /** Reads the head of the answer; interim answers (1xx) are passed over. */
  public void readHead(String method) throws IOException {
    do {
      headers.clear();
      String first = line();
      String[] parts = first.split(" ", 3);
      if (!first.startsWith("HTTP/1.") || parts.length < 2) {
        throw new IOException("malformed HTTP response \"" + first + "\"");
      }
      status = Integer.parseInt(parts[1]);
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers
              .computeIfAbsent(line.substring(0, colon), n -> new ArrayList<>())
              .add(line.substring(colon + 1).strip());
        }
      }
    } while (status >= 100 && status < 200);
    boolean empty = method.equals("HEAD") || status == 204 || status == 304;
    body = empty ? InputStream.nullInputStream() : bodyStream();
  }

  private InputStream bodyStream() {
    return HttpInput.body(input, header("transfer-encoding"), header("content-length"));
  }

  private String header(String name) {
    return headers.entrySet().stream()
        .filter(e -> e.getKey().equalsIgnoreCase(name))
        .map(e -> e.getValue().getFirst())
        .findFirst()
        .orElse("");
  }

  private String line() throws IOException {
    return HttpInput.line(input, LONGEST_HEAD);
  }

  public int status() {
    return status;
  }

  /** The answer's headers without those of the link. */
  public Map<String, List<String>> headers() {
    Map<String, List<String>> shown = new TreeMap<>();
    headers.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!LINK_HEADERS.contains(lower) || lower.equals("content-length")) {
            shown.put(name, List.copyOf(values));
          }
        });
    return shown;
  }

  /** The answer's body, decoded; ends where it ends. */
  public InputStream body() {
    return body;
  }

  @Override
  public void close() {
    connection.close();
  }

  private static SSLContext trusting() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not available", e);
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
