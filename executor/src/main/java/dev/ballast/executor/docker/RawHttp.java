package dev.ballast.executor.docker;

import dev.ballast.executor.http.HttpInput;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 exchange with the engine over a link of its own. docker-java's transports cannot
 * half-close a hijacked link, so the end of an exec's input would never reach the container; long
 * streams also keep out of the pool of short calls this way.
 *
 * <p>One reader and one writer thread.
 */
final class RawHttp implements Closeable {

  private static final int LONGEST_HEAD = 16 << 10;

  private final SocketChannel channel;
  private final OutputStream output;
  private InputStream input;
  private int status;
  private final Map<String, String> headers = new TreeMap<>();

  private RawHttp(SocketChannel channel) {
    this.channel = channel;
    this.output = Channels.newOutputStream(channel);
    this.input = new BufferedInputStream(Channels.newInputStream(channel));
  }

  /**
   * @param body JSON, or "" for none
   * @param upgrade ask for a raw stream after the head
   */
  static RawHttp open(URI host, String method, String path, String body, boolean upgrade)
      throws IOException {
    return send(
        host,
        method,
        path,
        body.isEmpty() ? "" : "application/json",
        body.getBytes(StandardCharsets.UTF_8),
        upgrade);
  }

  static RawHttp send(
      URI host, String method, String path, String contentType, byte[] body, boolean upgrade)
      throws IOException {
    RawHttp http = new RawHttp(connect(host));
    try {
      String head =
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: docker\r\n"
              + (upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "Connection: close\r\n")
              + (contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n")
              + "Content-Length: "
              + body.length
              + "\r\n\r\n";
      http.output.write(head.getBytes(StandardCharsets.US_ASCII));
      http.output.write(body);
      http.readHead();
      return http;
    } catch (IOException | RuntimeException e) {
      http.close();
      throw e;
    }
  }

  private static SocketChannel connect(URI host) throws IOException {
    return switch (host.getScheme()) {
      case "unix" -> SocketChannel.open(UnixDomainSocketAddress.of(host.getPath()));
      case "tcp", "http" ->
          SocketChannel.open(new InetSocketAddress(host.getHost(), host.getPort()));
      default -> throw new IOException("cannot stream over " + host + ": use unix:// or tcp://");
    };
  }

  private void readHead() throws IOException {
    String first = line();
    status = Integer.parseInt(first.split(" ")[1]);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    input = HttpInput.body(input, header("transfer-encoding"), header("content-length"));
  }

  private String line() throws IOException {
    return HttpInput.line(input, LONGEST_HEAD);
  }

  int status() {
    return status;
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return output;
  }

  void closeOutput() throws IOException {
    channel.shutdownOutput();
  }

  /** The rest of the body as text: what the engine says about a refusal. */
  String message() throws IOException {
    return new String(input.readNBytes(64 << 10), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing a socket failed", e);
    }
  }
}
