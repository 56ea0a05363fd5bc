package dev.ballast.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.SmallCluster;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Jobs from one end to the other, on simulated time. */
final class JobClusterTest {

  private final SmallCluster cluster = new SmallCluster(11);

  private ObjectKey run(String ends, String spec) {
    return cluster.create(
        ResourceType.JOBS,
        """
        {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'sum','namespace':'default'},
         'spec':{%s,'template':{'metadata':{'labels':{'toy/ends':'%s'}},
           'spec':{'restartPolicy':'Never','containers':[{'name':'main','image':'i'}]}}}}
        """
            .formatted(spec, ends));
  }

  private static Set<String> trueConditions(ObjectNode job) {
    Set<String> types = new TreeSet<>();
    for (JsonNode condition : job.at("/status/conditions")) {
      if (condition.path("status").asText().equals("True")) {
        types.add(condition.path("type").asText());
      }
    }
    return types;
  }

  @Test
  void completes() {
    ObjectKey key = run("succeeded", "'completions':5,'parallelism':2");
    cluster.timers.runFor(Duration.ofSeconds(120));
    ObjectNode job = cluster.get(key);
    assertEquals(Set.of("Complete", "SuccessCriteriaMet"), trueConditions(job));
    assertEquals(5, job.at("/status/succeeded").asInt());
    assertEquals(0, job.at("/status/active").asInt());
    assertTrue(job.at("/status").has("completionTime"));
    assertEquals(5, cluster.all(ResourceType.PODS).size());
    cluster
        .all(ResourceType.PODS)
        .values()
        .forEach(pod -> assertTrue(pod.at("/metadata/finalizers").isEmpty(), pod::toString));
  }

  @Test
  void indexedPodsKnowTheirIndex() {
    ObjectKey key = run("succeeded", "'completions':4,'parallelism':4,'completionMode':'Indexed'");
    cluster.timers.runFor(Duration.ofSeconds(60));
    assertEquals("0-3", cluster.get(key).at("/status/completedIndexes").asText());
    Set<String> hostnames = new TreeSet<>();
    cluster
        .all(ResourceType.PODS)
        .values()
        .forEach(pod -> hostnames.add(pod.at("/spec/hostname").asText()));
    assertEquals(Set.of("sum-0", "sum-1", "sum-2", "sum-3"), hostnames);
  }

  @Test
  void failsAtTheBackoffLimitWithGrowingPauses() {
    ObjectKey key = run("failed", "'backoffLimit':2");
    cluster.timers.runFor(Duration.ofSeconds(15));
    assertEquals(2, cluster.all(ResourceType.PODS).size(), "the second waits 10 s, the third 20 s");
    cluster.timers.runFor(Duration.ofSeconds(60));
    ObjectNode job = cluster.get(key);
    assertEquals(Set.of("Failed", "FailureTarget"), trueConditions(job));
    assertEquals("BackoffLimitExceeded", job.at("/status/conditions/1/reason").asText());
    assertEquals(3, job.at("/status/failed").asInt());
  }

  @Test
  void deadlineEndsIt() {
    ObjectKey key = run("never", "'activeDeadlineSeconds':20,'parallelism':2");
    cluster.timers.runFor(Duration.ofSeconds(90));
    ObjectNode job = cluster.get(key);
    assertEquals(Set.of("Failed", "FailureTarget"), trueConditions(job), job::toString);
    assertEquals("DeadlineExceeded", job.at("/status/conditions/0/reason").asText());
    assertEquals(2, job.at("/status/failed").asInt());
  }

  @Test
  void suspendedPodsAreNotFailures() {
    ObjectKey key = run("never", "'parallelism':3");
    cluster.timers.runFor(Duration.ofSeconds(20));
    assertEquals(3, cluster.get(key).at("/status/active").asInt());
    cluster.edit(key, "", job -> job.withObject("/spec").put("suspend", true));
    cluster.timers.runFor(Duration.ofSeconds(20));
    ObjectNode job = cluster.get(key);
    assertEquals(Set.of("Suspended"), trueConditions(job));
    assertEquals(0, job.at("/status/active").asInt());
    assertEquals(0, job.at("/status/failed").asInt());
    assertEquals(0, cluster.all(ResourceType.PODS).size());
    cluster.edit(key, "", j -> j.withObject("/spec").put("suspend", false));
    cluster.timers.runFor(Duration.ofSeconds(20));
    assertEquals(3, cluster.get(key).at("/status/active").asInt());
  }

  @Test
  void failurePolicyEndsTheJobAtOnce() {
    ObjectKey key =
        run(
            "failed",
            "'podFailurePolicy':{'rules':[{'action':'FailJob','onExitCodes':{'operator':'In','values':[1]}}]}");
    cluster.timers.runFor(Duration.ofSeconds(60));
    ObjectNode job = cluster.get(key);
    assertEquals("PodFailurePolicy", job.at("/status/conditions/0/reason").asText(), job::toString);
    assertTrue(
        job.at("/status/conditions/0/message")
            .asText()
            .contains("failed with exit code 1 matching FailJob rule at index 0"));
  }

  @Test
  void aSuccessPolicyEndsItEarlyAndWhatItStopsHasNotFailed() {
    ObjectKey key =
        run(
            "succeeded",
            "'completions':6,'parallelism':2,'completionMode':'Indexed',"
                + "'successPolicy':{'rules':[{'succeededIndexes':'5'},"
                + "{'succeededIndexes':'0-2','succeededCount':2}]}");
    cluster.timers.runFor(Duration.ofSeconds(120));
    ObjectNode job = cluster.get(key);
    assertEquals(Set.of("Complete", "SuccessCriteriaMet"), trueConditions(job), job::toString);
    assertEquals("SuccessPolicy", job.at("/status/conditions/0/reason").asText());
    assertEquals("Matched rules at index 1", job.at("/status/conditions/0/message").asText());
    assertTrue(job.at("/status/succeeded").asInt() < 6, job::toString);
    assertEquals(0, job.at("/status/failed").asInt());
    cluster
        .all(ResourceType.PODS)
        .values()
        .forEach(pod -> assertTrue(pod.at("/metadata/finalizers").isEmpty(), pod::toString));
  }

  @Test
  void aJobOfAnotherControllerIsLeftAlone() {
    ObjectKey key = run("succeeded", "'managedBy':'example.com/queue'");
    ObjectNode before = cluster.get(key);
    cluster.timers.runFor(Duration.ofSeconds(60));
    assertEquals(before, cluster.get(key));
    assertEquals(0, cluster.all(ResourceType.PODS).size());
  }

  @Test
  void anIndexMayFailWithoutTheOthers() {
    ObjectKey key =
        run(
            "failed",
            "'completions':3,'parallelism':3,'completionMode':'Indexed','backoffLimitPerIndex':1,"
                + "'maxFailedIndexes':2");
    cluster.timers.runFor(Duration.ofSeconds(400));
    ObjectNode job = cluster.get(key);
    assertEquals(Set.of("Failed", "FailureTarget"), trueConditions(job), job::toString);
    assertEquals("MaxFailedIndexesExceeded", job.at("/status/conditions/0/reason").asText());
    assertEquals("0-2", job.at("/status/failedIndexes").asText());
    assertEquals(6, job.at("/status/failed").asInt(), "each index twice");
  }

  @Test
  void anIndexThatFailsWaitsLongerEachTimeAndHoldsUpNoOther() {
    ObjectKey key =
        run(
            "either",
            "'completions':2,'parallelism':2,'completionMode':'Indexed','backoffLimitPerIndex':9");
    // Only what the test itself ends does end.
    cluster.nodes.silence("n1");
    cluster.nodes.silence("n2");
    cluster.nodes.silence("n3");
    long[] made = new long[4];
    for (int failures = 0; failures < made.length; failures++) {
      int expected = failures;
      ObjectKey pod = waitForPod(0, expected);
      made[failures] = cluster.timers.now().monotonicNanos() / 1_000_000_000;
      cluster.edit(pod, "status", p -> cluster.nodes.end(p, "Failed", 1));
    }
    assertEquals(10, made[1] - made[0], 1.5);
    assertEquals(20, made[2] - made[1], 1.5);
    assertEquals(40, made[3] - made[2], 1.5);
    waitForPod(1, 0);
    assertEquals(0, cluster.get(key).at("/status/succeeded").asInt());
  }

  private ObjectKey waitForPod(int index, int failures) {
    for (int i = 0; i < 1000; i++) {
      for (var pod : cluster.all(ResourceType.PODS).entrySet()) {
        JsonNode notes = pod.getValue().at("/metadata/annotations");
        if (notes.path(JobPod.INDEX).asInt(-1) == index
            && notes.path(JobPod.INDEX_FAILURES).asInt(-1) == failures) {
          return pod.getKey();
        }
      }
      cluster.timers.runFor(Duration.ofMillis(200));
    }
    throw new AssertionError("no pod of index " + index + " after " + failures + " failures");
  }

  @Test
  void withReplacementPolicyFailedAPodOnItsWayOutKeepsItsPlace() {
    ObjectKey key = run("never", "'podReplacementPolicy':'Failed'");
    cluster.timers.runFor(Duration.ofSeconds(20));
    ObjectKey pod = cluster.all(ResourceType.PODS).keySet().iterator().next();
    cluster.nodes.silence(cluster.get(pod).at("/spec/nodeName").asText());
    cluster.api.commit(
        new dev.ballast.core.store.Write.Delete(
            pod, 0, dev.ballast.core.store.DeleteOptions.DEFAULTS));
    cluster.timers.runFor(Duration.ofSeconds(30));
    assertEquals(1, cluster.all(ResourceType.PODS).size());
    assertEquals(1, cluster.get(key).at("/status/terminating").asInt());
    cluster.nodes.wake(cluster.get(pod).at("/spec/nodeName").asText());
    cluster.timers.runFor(Duration.ofSeconds(60));
    assertEquals(1, cluster.get(key).at("/status/active").asInt());
    assertEquals(1, cluster.get(key).at("/status/failed").asInt());
  }
}
