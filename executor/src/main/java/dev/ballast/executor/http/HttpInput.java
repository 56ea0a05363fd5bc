package dev.ballast.executor.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** What HTTP/1.1 answers read alike: lines of the head, and bodies as their headers frame them. */
public final class HttpInput {

  private HttpInput() {}

  /**
   * The body that follows the head. It ends where the headers say; EOFException when the link ends
   * before.
   *
   * @param transferEncoding "" when there is no such header
   * @param contentLength "" when there is no such header: the body then ends with the link
   */
  public static InputStream body(InputStream in, String transferEncoding, String contentLength) {
    if (transferEncoding.equalsIgnoreCase("chunked")) {
      return new ChunkedInput(in);
    }
    return contentLength.isEmpty() ? in : new LimitedInput(in, Long.parseLong(contentLength));
  }

  /**
   * One line without its end.
   *
   * @param longest bytes; IOException beyond
   */
  public static String line(InputStream in, int longest) throws IOException {
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

  /** A body that ended before its announced length. */
  static EOFException truncated() {
    return new EOFException("the link ended within the answer");
  }
}
