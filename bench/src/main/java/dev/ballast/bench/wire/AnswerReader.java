package dev.ballast.bench.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** Reads answers of HTTP/1.1 from a connection, one after the other. One thread. */
final class AnswerReader {

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 14];
  private int at;
  private int end;

  private int status;
  private int length;
  private boolean chunked;

  AnswerReader(InputStream in) {
    this.in = in;
  }

  Wire.Reply whole() throws IOException {
    head();
    return new Wire.Reply(status, chunked ? chunks() : bytes(length));
  }

  void lines(String path, Runnable opened, Consumer<byte[]> line) throws IOException {
    head();
    if (status != 200 || !chunked) {
      throw new IOException(path + " answered " + status);
    }
    opened.run();
    ByteArrayOutputStream pending = new ByteArrayOutputStream(4096);
    for (int size = size(); size > 0; size = size()) {
      for (int left = size; left > 0; ) {
        fill();
        int to = Math.min(end, at + left);
        int from = at;
        for (int i = at; i < to; i++) {
          if (buffer[i] == '\n') {
            pending.write(buffer, from, i - from);
            line.accept(pending.toByteArray());
            pending.reset();
            from = i + 1;
          }
        }
        pending.write(buffer, from, to - from);
        left -= to - at;
        at = to;
      }
      line();
    }
  }

  private void head() throws IOException {
    status = Integer.parseInt(line().split(" ")[1]);
    length = 0;
    chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).trim());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.contains("chunked");
      }
    }
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(); size > 0; size = size()) {
      body.writeBytes(bytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int size() throws IOException {
    return Integer.parseInt(line().trim(), 16);
  }

  private byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    int buffered = Math.min(count, end - at);
    System.arraycopy(buffer, at, bytes, 0, buffered);
    at += buffered;
    if (in.readNBytes(bytes, buffered, count - buffered) < count - buffered) {
      throw closed();
    }
    return bytes;
  }

  private String line() throws IOException {
    byte[] before = {};
    while (true) {
      fill();
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      byte[] line = Arrays.copyOf(before, before.length + at - from);
      System.arraycopy(buffer, from, line, before.length, at - from);
      if (at < end) {
        at++;
        boolean cr = line.length > 0 && line[line.length - 1] == '\r';
        return new String(line, 0, line.length - (cr ? 1 : 0), StandardCharsets.ISO_8859_1);
      }
      before = line;
    }
  }

  /** Returns when there is something to read. */
  private void fill() throws IOException {
    if (at == end) {
      at = 0;
      end = in.read(buffer);
      if (end < 0) {
        end = 0;
        throw closed();
      }
    }
  }

  private static IOException closed() {
    return new IOException("the server closed the connection");
  }
}
