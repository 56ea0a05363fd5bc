package dev.ballast.executor.docker;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
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
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      input = new Chunked(input);
    } else if (headers.containsKey("content-length")) {
      input = new Limited(input, Long.parseLong(headers.get("content-length")));
    }
  }

  private String line() throws IOException {
    return line(input);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the engine closed the link");
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
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

  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(into, at, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }

  private static final class Chunked extends InputStream {
    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean ended;

    Chunked(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (length == 0) {
        // readNBytes ends with such a read: it must not wait for the next chunk of a followed log
        return 0;
      }
      if (left == 0 && !ended) {
        if (begun) {
          line(in);
        }
        begun = true;
        left = Long.parseLong(line(in).split(";")[0].strip(), 16);
        ended = left == 0;
      }
      if (ended) {
        return -1;
      }
      int count = in.read(into, at, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }
}
