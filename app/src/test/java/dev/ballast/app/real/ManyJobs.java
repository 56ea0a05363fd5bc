package dev.ballast.app.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.Connection;
import dev.ballast.app.RoamingNode;
import dev.ballast.client.Answer;
import dev.ballast.core.resource.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/**
 * Jobs that are being made, planned and run while the members change their leader: in the end each
 * has run exactly as often as it should, and nothing was started twice.
 */
final class ManyJobs {

  private static final int JOBS = 24;
  private static final int COMPLETIONS = 2;
  private static final int BEFORE = 8;
  private static final String PATH = "/apis/batch/v1/namespaces/default/jobs";
  private static final String MINE = "?labelSelector=many%3Djobs";

  private static final String JOB =
      """
      {"apiVersion": "batch/v1", "kind": "Job",
       "metadata": {"name": "many-%d", "labels": {"many": "jobs"}},
       "spec": {"completions": 2, "parallelism": 2, "template": {"metadata": {"labels": {"many": "jobs"}},
         "spec": {"restartPolicy": "Never", "nodeSelector": {"kubernetes.io/hostname": "%s"},
           "containers": [{"name": "once", "image": "simulated/exit-0-after-300ms"}]}}}}
      """;

  private final Path kubeconfig;
  private final String node;
  private final CountDownLatch some = new CountDownLatch(BEFORE);
  private final CompletableFuture<Void> made = new CompletableFuture<>();

  private ManyJobs(Path kubeconfig, String node) {
    this.kubeconfig = kubeconfig;
    this.node = node;
  }

  /** Begins to make them, in the background; returns when some are there, and some are not yet. */
  static ManyJobs begin(Path kubeconfig, String node) throws InterruptedException {
    ManyJobs jobs = new ManyJobs(kubeconfig, node);
    Thread.ofPlatform().daemon().start(jobs::make);
    jobs.some.await();
    return jobs;
  }

  private void make() {
    try (Connection connection = Connection.of(kubeconfig)) {
      for (int number = 0; number < JOBS; number++) {
        byte[] job = JOB.formatted(number, node).getBytes(StandardCharsets.UTF_8);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isThere(connection, job));
        some.countDown();
      }
      made.complete(null);
    } catch (RuntimeException e) {
      made.completeExceptionally(e);
    }
  }

  /** The answer to one that took effect may have been lost. */
  private static boolean isThere(Connection connection, byte[] job) {
    Answer answer = connection.client().post(PATH, job);
    return answer instanceof Answer.Done
        || answer instanceof Answer.Refused refused && refused.failure().code() == 409;
  }

  void check(ServerProcess member, RoamingNode runner) throws Exception {
    made.get();
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              List<JsonNode> jobs = items(member, PATH + MINE);
              assertEquals(JOBS, jobs.size());
              jobs.forEach(job -> assertEquals("Complete", condition(job), job.toString()));
            });
    for (JsonNode job : items(member, PATH + MINE)) {
      assertEquals(COMPLETIONS, job.at("/status/succeeded").asInt(), job.toString());
      assertEquals(0, job.at("/status/failed").asInt(), job.toString());
    }
    Map<String, Integer> expected = new TreeMap<>();
    for (JsonNode pod : items(member, "/api/v1/namespaces/default/pods" + MINE)) {
      expected.put(pod.at("/metadata/uid").asText(), 1);
    }
    assertEquals(JOBS * COMPLETIONS, expected.size(), "pods");
    Map<String, Integer> ran = new TreeMap<>();
    runner.containers("once").forEach(each -> ran.merge(each.pod().uid(), 1, Integer::sum));
    assertEquals(expected, ran, "containers of each pod");
  }

  private static String condition(JsonNode job) {
    for (JsonNode condition : job.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Complete")
          && condition.path("status").asText().equals("True")) {
        return "Complete";
      }
    }
    return job.at("/status").toString();
  }

  private static List<JsonNode> items(ServerProcess member, String path) throws Exception {
    List<JsonNode> items = new ArrayList<>();
    Told told = Told.by(member, "GET", path, new byte[0]);
    Json.MAPPER.readTree(told.body()).path("items").forEach(items::add);
    return items;
  }
}
