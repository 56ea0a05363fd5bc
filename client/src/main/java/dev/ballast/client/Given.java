package dev.ballast.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * What people give a client to reach servers with, judged before anybody is asked: the HTTP client
 * would refuse some of it too late, and show the token while it does.
 */
public final class Given {

  private static final int LAST_PORT = 65_535;

  /** What a header can carry, and no line break or space that came along with a copy. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private Given() {}

  /**
   * A server's address, over TLS only: whatever is sent there carries a token.
   *
   * @throws IllegalArgumentException saying after "must be" what is expected, and what is given
   */
  public static URI server(String text) {
    try {
      URI url = new URI(text);
      boolean reachable =
          "https".equalsIgnoreCase(url.getScheme())
              && url.getHost() != null
              && url.getPort() != 0
              && url.getPort() <= LAST_PORT;
      if (reachable) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw notServer(text, e);
    }
    throw notServer(text, null);
  }

  private static IllegalArgumentException notServer(String text, Throwable cause) {
    return new IllegalArgumentException(
        "https://HOST:PORT of a server, with a port from 1 to 65535, and is " + text, cause);
  }

  /**
   * A bearer token.
   *
   * @param text may be null
   * @throws IllegalArgumentException saying after "must be" what is expected, never what is given
   */
  public static String token(String text) {
    if (text == null || !TOKEN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "one word of visible ASCII characters, without spaces and line breaks, and is %s"
              .formatted(text == null || text.isEmpty() ? "empty" : "not (it is not shown)"));
    }
    return text;
  }
}
