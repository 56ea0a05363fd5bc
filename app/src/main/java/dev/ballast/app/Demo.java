package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.core.resource.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The demo's work against a running server, through the REST API only: submit a service and a batch
 * job, show them until the one answers and the other has completed, and take them away again. One
 * thread.
 */
final class Demo {

  private static final String NAMESPACE = "/api/v1/namespaces/default";
  private static final Map<String, String> COLLECTIONS =
      Map.of(
          "Deployment", "/apis/apps/v1/namespaces/default/deployments",
          "Service", NAMESPACE + "/services",
          "Job", "/apis/batch/v1/namespaces/default/jobs");
  private static final String DEPLOYMENT = COLLECTIONS.get("Deployment") + "/web";
  private static final String JOB = COLLECTIONS.get("Job") + "/primes";
  private static final String ANSWER = NAMESPACE + "/services/web:http/proxy/";

  private final ApiClient api;
  private final LiveTable table;
  private final Pause pause;

  /** Waits a moment; false when the program is told to stop. */
  @FunctionalInterface
  interface Pause {
    boolean forA(Duration moment);
  }

  Demo(ApiClient api, LiveTable table, Pause pause) {
    this.api = api;
    this.table = table;
    this.pause = pause;
  }

  /**
   * @throws StartFailure when the API refuses an object of the demo
   */
  void submit() {
    for (String file : List.of("demo/web.yaml", "demo/batch.yaml")) {
      for (ObjectNode object : Manifests.read(file)) {
        String path = COLLECTIONS.get(object.path("kind").asText());
        if (api.post(path, Json.bytes(object)) instanceof Answer.Refused refused) {
          throw new StartFailure("the API refused the demo: " + refused.failure().message());
        }
      }
    }
  }

  /**
   * Shows the table until the service answers and the job has completed.
   *
   * @return what the service said; "" when the program was told to stop before
   */
  String watchUntilDone() {
    String said = "";
    while (true) {
      if (said.isEmpty()) {
        said = ask();
      }
      boolean complete = isComplete();
      table.show(rows(said, complete));
      if (!said.isEmpty() && complete) {
        return said;
      }
      if (!pause.forA(Duration.ofMillis(250))) {
        return "";
      }
    }
  }

  /** Deletes what was submitted, and waits until no pod of it is left or {@code stop} says so. */
  void remove(BooleanSupplier stop) {
    List<String> paths = List.of(DEPLOYMENT, JOB, COLLECTIONS.get("Service") + "/web");
    byte[] background = Json.bytes(Json.object().put("propagationPolicy", "Background"));
    paths.forEach(path -> api.send("DELETE", path, background));
    while (!stop.getAsBoolean() && !items(NAMESPACE + "/pods").isEmpty()) {
      if (!pause.forA(Duration.ofMillis(200))) {
        return;
      }
    }
  }

  private String ask() {
    return api.get(ANSWER) instanceof Answer.Done done ? new String(done.body()).strip() : "";
  }

  private boolean isComplete() {
    for (JsonNode condition : get(JOB).path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Complete")
          && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }

  private List<List<String>> rows(String said, boolean complete) {
    JsonNode deployment = get(DEPLOYMENT);
    JsonNode job = get(JOB);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("WORK", "WANTED", "DONE", "STATE"));
    rows.add(
        List.of(
            "service web",
            deployment.path("spec").path("replicas").asText("0") + " replicas",
            deployment.path("status").path("readyReplicas").asText("0") + " ready",
            said.isEmpty() ? "starting" : "answers: " + said));
    rows.add(
        List.of(
            "job primes",
            job.path("spec").path("completions").asText("0") + " completions",
            job.path("status").path("succeeded").asText("0") + " succeeded",
            complete ? "complete" : job.path("status").path("active").asText("0") + " active"));
    rows.add(List.of(""));
    rows.add(List.of("POD", "NODE", "PHASE", "IP"));
    for (JsonNode pod : items(NAMESPACE + "/pods")) {
      rows.add(
          List.of(
              pod.path("metadata").path("name").asText(),
              pod.path("spec").path("nodeName").asText("-"),
              pod.path("status").path("phase").asText("-"),
              pod.path("status").path("podIP").asText("-")));
    }
    return rows;
  }

  private JsonNode get(String path) {
    return api.get(path) instanceof Answer.Done done ? done.json() : Json.object();
  }

  private List<JsonNode> items(String path) {
    List<JsonNode> items = new ArrayList<>();
    get(path).path("items").forEach(items::add);
    return items;
  }
}
