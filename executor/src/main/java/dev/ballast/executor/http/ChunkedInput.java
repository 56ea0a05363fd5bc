package dev.ballast.executor.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Decodes chunked transfer encoding (RFC 9112, 7.1); trailers are dropped. */
final class ChunkedInput extends InputStream {

  private static final int LONGEST_LINE = 1024;

  private final InputStream in;
  private long left;
  private boolean begun;
  private boolean ended;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    if (left == 0 && !ended) {
      if (begun) {
        line(in, LONGEST_LINE);
      }
      begun = true;
      left = Long.parseLong(line(in, LONGEST_LINE).split(";")[0].strip(), 16);
      ended = left == 0;
    }
    if (ended) {
      return -1;
    }
    int count = in.read(into, at, (int) Math.min(length, left));
    if (count < 0) {
      throw PodHttp.truncated();
    }
    left -= count;
    return count;
  }

  static String line(InputStream in, int longest) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException(text.isEmpty() ? "EOF" : "EOF within \"" + text + "\"");
      }
      if (text.length() >= longest) {
        throw new IOException("a line of the answer is longer than " + longest + " bytes");
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }
}
