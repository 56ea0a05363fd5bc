package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.Connection;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Two of three members are stopped: who is left shows what it has to everybody who may see it,
 * reaches the pods that run, and refuses the rest in time and in words.
 *
 * @param node name of a node whose agent knows all members
 * @param credential where that agent keeps its token
 */
record WithoutMajority(ServerProcess left, String node, Path credential) {

  private static final String CORE = "/api/v1/namespaces/default/";
  private static final String CONFIG_MAPS = CORE + "configmaps";
  private static final String POD = CORE + "pods/steady";
  private static final IntoPod STEADY_POD = new IntoPod("steady");
  private static final String HERE = "?resourceVersion=0";
  private static final byte[] NOTHING = new byte[0];

  /** Its node may read what it names. */
  private static final String STEADY =
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "steady"},
       "spec": {"nodeName": "%s", "containers": [{"name": "main", "image": "example/service:1",
         "envFrom": [{"configMapRef": {"name": "one"}}]}]}}
      """;

  /** A ConfigMap "one" is there. */
  void check(ServerProcess... stopped) throws Exception {
    Optional<String> account = Optional.of(accountToken());
    String running = startPod(stopped);
    for (ServerProcess member : stopped) {
      member.signal("STOP");
    }
    try {
      refusesWhatMustBeNew(Optional.of(nodeToken()), account);
      for (Optional<String> who : List.of(Optional.<String>empty(), account)) {
        showsWhatItHas(who, CONFIG_MAPS, "one");
      }
      Optional<String> agent = Optional.of(nodeToken());
      showsWhatItHas(agent, CORE + "pods", "steady");
      assertEquals(200, told(agent, CONFIG_MAPS + "/one" + HERE).code(), "its pod names it");
      assertEquals(200, told(Optional.empty(), "/livez").code());
      reachesThePod();
    } finally {
      for (ServerProcess member : stopped) {
        member.signal("CONT");
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertEquals(running, container(), "it ran on"));
  }

  private void showsWhatItHas(Optional<String> who, String path, String name) throws Exception {
    Told one = told(who, path + "/" + name + HERE);
    assertEquals(200, one.code(), one.body());
    Told all = told(who, path + HERE);
    assertEquals(200, all.code(), all.body());
    Told watched = told(who, path + HERE + "&watch=true&timeoutSeconds=1");
    assertEquals(200, watched.code());
    assertTrue(watched.body().contains("\"" + name + "\""), watched.body());
  }

  private void refusesWhatMustBeNew(Optional<String> agent, Optional<String> account)
      throws Exception {
    Optional<String> admin = Optional.empty();
    List<CompletableFuture<Told>> refused =
        List.of(
            asked(admin, "POST", CONFIG_MAPS, ThreeMembersTest.configMap("nobody-takes-this")),
            asked(admin, "DELETE", CONFIG_MAPS + "/one", NOTHING),
            asked(admin, "GET", CONFIG_MAPS + "/one", NOTHING),
            asked(admin, "GET", CONFIG_MAPS, NOTHING),
            asked(agent, "GET", POD, NOTHING),
            asked(account, "GET", CONFIG_MAPS, NOTHING));
    for (CompletableFuture<Told> answer : refused) {
      Told told = answer.get(70, TimeUnit.SECONDS);
      assertEquals(503, told.code(), told.body());
      assertTrue(told.retryAfter().isPresent(), told.body());
    }
  }

  /** Through the tunnel that stood, and through the one that its agent dials when that is lost. */
  private void reachesThePod() throws Exception {
    STEADY_POD.checkThrough(left);
    pushOutTheTunnel();
    STEADY_POD.awaitThrough(left);
  }

  /** Of two the newer wins. */
  private void pushOutTheTunnel() throws Exception {
    String path = "/apis/ballast.dev/v1/nodes/" + node + "/tunnel";
    try (Connection connection = Connection.of(left.kubeconfig());
        HttpClient http = HttpClient.newBuilder().sslContext(connection.tls()).build()) {
      http.newWebSocketBuilder()
          .header("Authorization", "Bearer " + nodeToken())
          .buildAsync(
              URI.create(left.url().replace("https", "wss") + path), new WebSocket.Listener() {})
          .get(60, TimeUnit.SECONDS)
          .abort();
    }
  }

  /** Whichever member is asked, the way into it is found. */
  private String startPod(ServerProcess... others) throws Exception {
    Told made =
        Told.by(
            left, "POST", CORE + "pods", STEADY.formatted(node).getBytes(StandardCharsets.UTF_8));
    assertEquals(201, made.code(), made.body());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !container().isEmpty() && told(Optional.empty(), POD + "/log").code() == 200);
    return container();
  }

  /** Its id and restarts; "" while it does not run. */
  private String container() throws Exception {
    JsonNode pod = Json.MAPPER.readTree(told(Optional.empty(), POD).body());
    JsonNode status = pod.at("/status/containerStatuses/0");
    return status.at("/state/running").isObject()
        ? status.path("containerID").asText() + " " + status.path("restartCount")
        : "";
  }

  private String accountToken() throws Exception {
    Told issued =
        Told.by(
            left,
            "POST",
            CORE + "serviceaccounts/default/token",
            "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}"
                .getBytes(StandardCharsets.UTF_8));
    assertEquals(201, issued.code(), issued.body());
    return Json.MAPPER.readTree(issued.body()).at("/status/token").asText();
  }

  private String nodeToken() throws IOException {
    return Files.readString(credential).strip();
  }

  private Told told(Optional<String> who, String path) throws Exception {
    return Told.by(left, who, "GET", path, NOTHING);
  }

  private CompletableFuture<Told> asked(
      Optional<String> who, String method, String path, byte[] json) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Told.by(left, who, method, path, json);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }
}
