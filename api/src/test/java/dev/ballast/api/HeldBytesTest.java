package dev.ballast.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.api.server.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Clients that do not send what they announced, or do not read what they asked for. */
class HeldBytesTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int MILLION = 1_000_000;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final List<Socket> sockets = new ArrayList<>();

  private static TestCluster holding(long bytes) {
    return new TestCluster(new ServerSettings("127.0.0.1", 0, "", "", bytes), "", List.of());
  }

  private Socket connect(TestCluster cluster) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.server.port()));
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String head(String method, String more) {
    return "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n"
        .formatted(method, MAPS, TestCluster.TOKEN, more);
  }

  private static String map(String name) {
    return "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"a\":\"%s\"}}"
        .formatted(name, "x".repeat(MILLION));
  }

  @Test
  void bodiesThatDoNotEndAreSentAwayForThoseThatDo() throws Exception {
    try (TestCluster cluster = holding(8 * MILLION);
        TestClient client = new TestClient(cluster)) {
      for (int i = 0; i < 6; i++) {
        Socket stalled = connect(cluster);
        say(
            stalled,
            head("POST", "Content-Type: application/json\r\nContent-Length: 3000000\r\n")
                + "x".repeat(MILLION));
      }
      for (int i = 0; i < 4; i++) {
        String whole = map("whole-" + i);
        // while the stalled ones still send, a whole one may be told to come again, and does
        Awaitility.await().atMost(LONG).until(() -> client.post(MAPS, whole).code() == 201);
      }
      // three copies of a million bytes each: beside a whole body there is room for one
      Awaitility.await().atMost(LONG).until(() -> answered() >= 5);
      for (Socket socket : sockets) {
        if (socket.getInputStream().available() > 0) {
          byte[] start = socket.getInputStream().readNBytes(12);
          assertEquals("HTTP/1.1 429", new String(start, StandardCharsets.US_ASCII));
        }
      }
    } finally {
      close();
    }
  }

  @Test
  void answersThatNobodyReadsAreCutOff() throws Exception {
    try (TestCluster cluster = holding(15 * MILLION);
        TestClient client = new TestClient(cluster)) {
      for (int i = 0; i < 12; i++) {
        assertEquals(201, client.post(MAPS, map("m" + i)).code());
      }
      for (int i = 0; i < 4; i++) {
        say(connect(cluster), head("GET", ""));
      }
      // who reads gets all, if need be at a second try: the others had their moment of progress
      Awaitility.await()
          .atMost(LONG)
          .ignoreExceptions()
          .until(() -> client.get(MAPS).body().length > 12 * MILLION);
      long whole = 0;
      for (Socket socket : sockets) {
        long read = 0;
        try {
          read = socket.getInputStream().skip(Long.MAX_VALUE);
        } catch (IOException cutOff) {
          // as it should be
        }
        whole += read > 12 * MILLION ? 1 : 0;
      }
      assertTrue(whole < 4, "all four were answered whole");
    } finally {
      close();
    }
  }

  private long answered() throws IOException {
    long answered = 0;
    for (Socket socket : sockets) {
      answered += socket.getInputStream().available() > 0 ? 1 : 0;
    }
    return answered;
  }

  private void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
