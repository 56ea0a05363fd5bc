package dev.ballast.app.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.Connection;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running server packs the pods of a Deployment onto fewer of its simulated nodes once it is
 * asked to, over REST from beginning to end, and no pod is missing at any time. Takes its time on a
 * busy machine, so it is asked for by {@code -Dballast.optimizer=true}.
 */
@Tag("clients")
@EnabledIfSystemProperty(named = "ballast.optimizer", matches = "true")
class OptimizerOverRestTest {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String OPTIMIZERS = "/apis/ballast.dev/v1/optimizers";

  private static final String DEPLOYMENT =
      """
      {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
       "spec":{"replicas":6,"selector":{"matchLabels":{"app":"web"}},
        "template":{"metadata":{"labels":{"app":"web"}},"spec":{
         "terminationGracePeriodSeconds":0,
         "containers":[{"name":"main","image":"web:1",
          "resources":{"requests":{"cpu":"500m","memory":"64Mi"}}}]}}}}
      """;

  private static final String BUDGET =
      """
      {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web"},
       "spec":{"maxUnavailable":0,"selector":{"matchLabels":{"app":"web"}}}}
      """;

  private static final String OPTIMIZER =
      """
      {"apiVersion":"ballast.dev/v1","kind":"Optimizer","metadata":{"name":"default"},
       "spec":{"mode":"Act","goal":"Pack","solveSeconds":1,"intervalSeconds":2,"minPodAgeSeconds":0,
        "maxMovesAtOnce":3,"maxMovesPerMinute":600}}
      """;

  @TempDir Path directory;

  private ApiClient api;

  @Test
  void packsWhatItIsAskedTo() throws Exception {
    try (ServerProcess server =
            ServerProcess.start(
                directory.resolve("data"),
                "--port",
                "0",
                "--runtime",
                "simulated",
                "--simulated-nodes",
                "3");
        Connection connection = Connection.of(server.kubeconfig())) {
      api = connection.client();
      await().atMost(PATIENCE).until(() -> readyNodes() == 4);
      post("/apis/policy/v1/namespaces/default/poddisruptionbudgets", BUDGET);
      post(DEPLOYMENTS, DEPLOYMENT);
      await().atMost(PATIENCE).until(() -> ready() == 6);
      assertTrue(nodes().size() > 1, () -> "spread at first: " + nodes());
      post(OPTIMIZERS, OPTIMIZER);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                assertEquals(6, ready(), "no pod is ever missing");
                return nodes().size() == 1 && get(PODS).path("items").size() == 6;
              });
      await()
          .atMost(PATIENCE)
          .until(() -> get(OPTIMIZERS + "/default").at("/status/nodesUsed").asInt() == 1);
      JsonNode status = get(OPTIMIZERS + "/default").path("status");
      assertEquals(1, status.path("bound").asInt(), status::toString);
      assertTrue(status.path("movesDone").asInt() > 0, status::toString);
      String metrics = text("/metrics");
      assertTrue(metrics.contains("ballast_optimizer_gap_ratio"), metrics);
      assertTrue(metrics.contains("ballast_optimizer_lower_bound 1.0"), metrics);
    }
  }

  private void post(String path, String json) {
    assertInstanceOf(
        Answer.Done.class, api.post(path, json.getBytes(StandardCharsets.UTF_8)), path);
  }

  private JsonNode get(String path) {
    return assertInstanceOf(Answer.Done.class, api.get(path), path).json();
  }

  private String text(String path) {
    Answer.Done done = assertInstanceOf(Answer.Done.class, api.get(path), path);
    return new String(done.body(), StandardCharsets.UTF_8);
  }

  private int ready() {
    return get(DEPLOYMENTS + "/web").at("/status/readyReplicas").asInt();
  }

  private long readyNodes() {
    long ready = 0;
    for (JsonNode node : get("/api/v1/nodes").path("items")) {
      for (JsonNode condition : node.at("/status/conditions")) {
        ready +=
            condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("True")
                ? 1
                : 0;
      }
    }
    return ready;
  }

  private Set<String> nodes() {
    Set<String> nodes = new HashSet<>();
    get(PODS).path("items").forEach(pod -> nodes.add(pod.at("/spec/nodeName").asText()));
    return nodes;
  }
}
