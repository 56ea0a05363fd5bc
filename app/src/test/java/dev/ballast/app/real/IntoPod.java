package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.app.Connection;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The way into a simulated pod of namespace default, through one member and the node's tunnel. */
record IntoPod(String pod) {

  private static final String STDOUT = "\u0001";

  /** Logs and exec are answered by this member, at once or when the tunnel to it stands again. */
  void awaitThrough(ServerProcess member) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> checkThrough(member));
  }

  void checkThrough(ServerProcess member) throws Exception {
    Told log = Told.by(member, "GET", path() + "/log", new byte[0]);
    assertEquals(200, log.code(), log.body());
    assertEquals(STDOUT + "simulated: hostname was not really run\n", exec(member));
  }

  private String path() {
    return "/api/v1/namespaces/default/pods/" + pod;
  }

  /** What came on the standard output, after its channel. */
  private String exec(ServerProcess member) throws Exception {
    Output output = new Output();
    try (Connection connection = Connection.of(member.kubeconfig());
        HttpClient http = HttpClient.newBuilder().sslContext(connection.tls()).build()) {
      String target = member.url().replace("https", "wss") + path();
      http.newWebSocketBuilder()
          .header("Authorization", "Bearer " + connection.token())
          .subprotocols("v4.channel.k8s.io")
          .buildAsync(URI.create(target + "/exec?command=hostname&stdout=true"), output)
          .get(30, TimeUnit.SECONDS);
      return output.ended.get(30, TimeUnit.SECONDS);
    }
  }

  private static final class Output implements WebSocket.Listener {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      message.writeBytes(bytes);
      if (last) {
        String frame = message.toString(StandardCharsets.UTF_8);
        message.reset();
        text.append(frame.startsWith(STDOUT) && frame.length() > 1 ? frame : "");
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended.complete(text.toString());
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ended.completeExceptionally(error);
    }
  }
}
