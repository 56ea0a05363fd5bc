package dev.ballast.executor.http;

import java.io.IOException;
import java.io.InputStream;

/** A body of known length. */
final class LimitedInput extends InputStream {

  private final InputStream in;
  private long left;

  LimitedInput(InputStream in, long left) {
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
    if (count < 0) {
      throw HttpInput.truncated();
    }
    left -= count;
    return count;
  }
}
