package dev.ballast.executor.http;

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
    if (length == 0) {
      return 0; // readNBytes ends so: it must not wait for the next chunk of what is followed
    }
    if (left == 0 && !ended) {
      if (begun) {
        HttpInput.line(in, LONGEST_LINE);
      }
      begun = true;
      left = Long.parseLong(HttpInput.line(in, LONGEST_LINE).split(";")[0].strip(), 16);
      ended = left == 0;
    }
    if (ended) {
      return -1;
    }
    int count = in.read(into, at, (int) Math.min(length, left));
    if (count < 0) {
      throw HttpInput.truncated();
    }
    left -= count;
    return count;
  }
}
