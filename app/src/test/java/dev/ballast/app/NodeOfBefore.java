package dev.ballast.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.client.Answer;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/**
 * An agent that joined before the backup and is never started anew. A pod that the backup does not
 * know is an orphan on it, one that was deleted since is wanted again, the others run on.
 */
final class NodeOfBefore implements AutoCloseable {

  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RoamingNode node;

  NodeOfBefore(Server server, Path data) throws IOException {
    node =
        new RoamingNode(
            "old",
            List.of(URI.create(server.url())),
            data.resolve("node-token"),
            data.resolveSibling("old"));
  }

  void run(Server server, String... names) {
    for (String name : names) {
      var pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
      pod.putObject("metadata").put("name", name);
      pod.putObject("spec")
          .put("nodeName", "old")
          .put("terminationGracePeriodSeconds", 1)
          .putArray("containers")
          .addObject()
          .put("name", "main")
          .put("image", "example/service:1");
      assertInstanceOf(Answer.Done.class, server.admin().post(PODS, Json.bytes(pod)));
    }
    for (String name : names) {
      await(server, name);
    }
  }

  private static void await(Server server, String name) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                server.admin().get(PODS + "/" + name) instanceof Answer.Done done
                    && isReady(done.json()));
  }

  private static boolean isReady(JsonNode object) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  void delete(Server server, String name) {
    server.admin().send("DELETE", PODS + "/" + name, new byte[0]);
    Awaitility.await().atMost(PATIENCE).until(() -> !running().containsKey(name));
  }

  /** Names of pods, and the ids of what runs of them. */
  Map<String, String> running() {
    Map<String, String> ids = new TreeMap<>();
    for (ContainerState each : node.containers("main")) {
      if (each.isRunning()) {
        ids.merge(each.pod().name(), each.id(), (one, other) -> one + " and " + other);
      }
    }
    return ids;
  }

  /**
   * @param before {@link #running} before the server went
   */
  void goesOn(Server restored, Map<String, String> before, String kept, String lost, String back) {
    run(restored, "new");
    await(restored, back);
    Awaitility.await().atMost(PATIENCE).until(() -> !running().containsKey(lost));
    Map<String, String> now = running();
    assertEquals(before.get(kept), now.get(kept), "it ran on");
    assertEquals(List.of(back, kept, "new"), List.copyOf(now.keySet()));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                restored.admin().get("/api/v1/nodes/old") instanceof Answer.Done done
                    && isReady(done.json()));
  }

  @Override
  public void close() {
    node.close();
  }
}
