package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.client.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks nothing is cut off; who waits for an answer is not. */
class SilentConnectionTest {

  private static final String HEAD =
      " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TestCluster.TOKEN + "\r\n";

  private static final Duration SHORT = Duration.ofMillis(300);

  private static TestCluster cluster;
  private static SSLContext tls;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.open(directory, new SecureRandom(), Instant.now());
    PemPair pair = authority.issueServer(List.of("127.0.0.1"), Instant.now());
    tls = Trust.ofPem(authority.certificatePem());
    ServerSettings settings =
        new ServerSettings(
            "127.0.0.1", 0, pair.certificates(), pair.privateKey(), 1 << 20, SHORT, SHORT);
    cluster = new TestCluster(settings, authority.certificatePem(), List.of());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void noHandshakeNothingOrHalfAHeadEndsTheConnection() throws Exception {
    Socket mute = new Socket("127.0.0.1", cluster.server.port());
    mute.setSoTimeout(20_000);
    assertEquals("", rest(mute));
    assertEquals("", rest(connect()));
    Socket half = connect();
    say(half, "GET /version HTTP/1.1\r\nHost: loc");
    assertEquals("", rest(half));
  }

  @Test
  void silenceAfterAnAnswerEndsTheConnection() throws Exception {
    Socket socket = connect();
    say(socket, "GET /healthz" + HEAD + "\r\n");
    String all = rest(socket);
    assertTrue(all.startsWith("HTTP/1.1 200 OK"), all);
    Socket half = connect();
    say(half, "GET /healthz" + HEAD + "\r\nGET /healthz HTTP/1.1\r\nHo");
    assertEquals(1, rest(half).split("HTTP/1.1 200 OK", -1).length - 1);
  }

  @Test
  void aWatchMayBeSilentForLonger() throws Exception {
    Socket socket = connect();
    String path = "/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1";
    say(socket, "GET " + path + HEAD + "\r\n");
    String all = rest(socket);
    assertTrue(all.endsWith("0\r\n\r\n"), "it ended in order, after its second: " + all);
  }

  private static Socket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.server.port());
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** All that comes until the server closes; a connection held open fails by its time-out. */
  private static String rest(Socket socket) throws IOException {
    try (socket) {
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
