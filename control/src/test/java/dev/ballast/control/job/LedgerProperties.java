package dev.ballast.control.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Pods end in any order, the controller dies before or after any commit: the count is the truth.
 */
final class LedgerProperties {

  private static final class Truth {
    String phase = "Running";
    boolean tracked = true;
  }

  @Property(tries = 300)
  void eachEndIsCountedOnce(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<Truth> pods = new ArrayList<>();
    int succeeded = 0;
    int failed = 0;
    int trueSuccesses = 0;
    int trueFailures = 0;
    for (int i = 0; i < 60; i++) {
      switch (random.nextInt(4)) {
        case 0 -> pods.add(new Truth());
        case 1 -> {
          if (!pods.isEmpty()) {
            Truth pod = pods.get(random.nextInt(pods.size()));
            if (pod.phase.equals("Running")) {
              pod.phase = random.nextBoolean() ? "Succeeded" : "Failed";
              trueSuccesses += pod.phase.equals("Succeeded") ? 1 : 0;
              trueFailures += pod.phase.equals("Failed") ? 1 : 0;
            }
          }
        }
        case 2 -> pods.removeIf(pod -> !pod.tracked && random.nextBoolean());
        default -> {
          Ledger books = Ledger.of(job(succeeded, failed), cached(pods), 3);
          if (random.nextInt(3) > 0) {
            // The commit: counts and marks together. Else the controller died before it.
            succeeded = books.succeeded;
            failed = books.failed;
            books.counted.forEach(
                pod -> pods.get(Integer.parseInt(pod.key().name())).tracked = false);
          }
        }
      }
    }
    Ledger all = Ledger.of(job(succeeded, failed), cached(pods), Integer.MAX_VALUE);
    assertEquals(trueSuccesses, all.succeeded);
    assertEquals(trueFailures, all.failed);
  }

  private static Job job(int succeeded, int failed) throws Exception {
    return Json.MAPPER.readValue(
        "{\"metadata\":{\"uid\":\"j\"},\"spec\":{\"completions\":1000},\"status\":{\"succeeded\":%d,\"failed\":%d}}"
            .formatted(succeeded, failed),
        Job.class);
  }

  private static List<Cached<Pod>> cached(List<Truth> pods) throws Exception {
    List<Cached<Pod>> cached = new ArrayList<>();
    for (int i = 0; i < pods.size(); i++) {
      ObjectNode pod = Json.object();
      ObjectNode metadata = pod.putObject("metadata").put("name", "" + i).put("uid", "u" + i);
      if (pods.get(i).tracked) {
        metadata.putArray("finalizers").add(JobPod.TRACKING);
      }
      pod.putObject("spec").put("nodeName", "n");
      pod.putObject("status").put("phase", pods.get(i).phase);
      cached.add(
          new Cached<>(
              new ObjectKey(ResourceType.PODS, "default", "" + i),
              1,
              Json.MAPPER.treeToValue(pod, Pod.class)));
    }
    return cached;
  }
}
