package dev.ballast.api.stream;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** A request written by hand, for headers that the JDK's client does not let through. */
record RawRequest(int code, String text) {

  /** Asks for an upgrade and reads the refusal. */
  static RawRequest upgrade(StreamFixture fixture, String path, String upgrade) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            fixture.tls.getSocketFactory().createSocket("127.0.0.1", fixture.server().getPort())) {
      OutputStream out = socket.getOutputStream();
      String token = fixture.tokens.admin().token();
      String head =
          """
          GET %s HTTP/1.1\r
          Host: localhost\r
          Authorization: Bearer %s\r
          Connection: Upgrade\r
          Upgrade: %s\r
          Sec-WebSocket-Version: 13\r
          Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
          \r
          """
              .formatted(path, token, upgrade);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      StringBuilder text = new StringBuilder();
      byte[] buffer = new byte[4096];
      while (!text.toString().contains("\"code\":")) {
        int read = in.read(buffer);
        if (read < 0) {
          break;
        }
        text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
      }
      return new RawRequest(Integer.parseInt(text.substring(9, 12)), text.toString());
    }
  }
}
