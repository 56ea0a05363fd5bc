package dev.ballast.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Cuts a stream into lines, and knows whether a further whole line is here already. */
final class LineReader {

  /** A line longer than any object may be is not from our server. */
  private static final int LONGEST = 64 << 20;

  private final InputStream source;
  private final byte[] buffer = new byte[32 << 10];
  private int from;
  private int to;

  LineReader(InputStream source) {
    this.source = source;
  }

  /** The next line without its end; empty at the end of the stream. Blocks. */
  Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    while (true) {
      int end = lineEnd();
      line.write(buffer, from, (end < 0 ? to : end) - from);
      if (end >= 0) {
        from = end + 1;
        return Optional.of(line.toByteArray());
      }
      if (line.size() > LONGEST) {
        throw new IOException("a line of more than " + LONGEST + " bytes");
      }
      from = 0;
      to = Math.max(0, source.read(buffer));
      if (to == 0) {
        return Optional.empty();
      }
    }
  }

  boolean hasLine() {
    return lineEnd() >= 0;
  }

  private int lineEnd() {
    for (int i = from; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
