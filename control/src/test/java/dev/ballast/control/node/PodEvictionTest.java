package dev.ballast.control.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodEvictionTest {

  private static final Now NOW = new Now(Instant.parse("2026-01-01T00:10:00Z"), 0);
  private static final String TAINT =
      "{\"key\":\"node.kubernetes.io/unreachable\",\"effect\":\"%s\",\"timeAdded\":\"2026-01-01T00:09:00Z\"}";

  private static PodOnNode view(String taints, String tolerations) throws Exception {
    Pod pod =
        Json.MAPPER.readValue(
            "{\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},\"spec\":{\"nodeName\":\"n\",\"tolerations\":[%s]},\"status\":{\"phase\":\"Running\"}}"
                .formatted(tolerations),
            Pod.class);
    Node node =
        Json.MAPPER.readValue(
            "{\"metadata\":{\"name\":\"n\"},\"spec\":{\"taints\":[%s]}}".formatted(taints),
            Node.class);
    return new PodOnNode(
        new Cached<>(new ObjectKey(ResourceType.PODS, "default", "p"), 1, pod),
        Optional.of(new Cached<>(ObjectKey.cluster(ResourceType.NODES, "n"), 1, node)),
        false);
  }

  private static String outcome(Decision<Action> decision) {
    boolean deletes = decision.actions().stream().anyMatch(Action.Delete.class::isInstance);
    return deletes ? "goes" : decision.checkAgain().map(Duration::toString).orElse("stays");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NoSchedule | '' | stays",
        "NoExecute | '' | goes",
        "NoExecute | {\"operator\":\"Exists\"} | stays",
        "NoExecute | {\"key\":\"other\",\"operator\":\"Exists\"} | goes",
        "NoExecute | {\"operator\":\"Exists\",\"tolerationSeconds\":300} | PT4M",
        "NoExecute | {\"operator\":\"Exists\",\"tolerationSeconds\":60} | goes",
        "NoExecute | {\"operator\":\"Exists\",\"tolerationSeconds\":90},{\"operator\":\"Exists\",\"tolerationSeconds\":61} | PT1S",
        "NoExecute | {\"operator\":\"Exists\",\"effect\":\"NoSchedule\"} | goes",
      })
  void tolerationsSayHowLong(String effect, String tolerations, String outcome) throws Exception {
    assertEquals(
        outcome,
        outcome(new PodEviction().reconcile(view(TAINT.formatted(effect), tolerations), NOW)));
  }

  private static Now later(int seconds) {
    return new Now(
        NOW.wall().plusSeconds(seconds), NOW.monotonicNanos() + seconds * 1_000_000_000L);
  }

  @Test
  void aNodeThatComesBackKeepsItsPods() throws Exception {
    PodOnNode there = view("", "");
    PodOnNode alone = new PodOnNode(there.pod(), Optional.empty(), true);
    PodEviction eviction = new PodEviction();
    eviction.reconcile(alone, NOW);
    assertEquals("stays", outcome(eviction.reconcile(there, later(30))));
    assertEquals("PT40S", outcome(eviction.reconcile(alone, later(50))), "it counts anew");
  }

  @Test
  void aPodOfANodeThatIsGoneIsFailedAndRemoved() throws Exception {
    Cached<Pod> pod = view("", "").pod();
    PodEviction eviction = new PodEviction();
    PodOnNode alone = new PodOnNode(pod, Optional.empty(), true);
    assertEquals("PT40S", outcome(eviction.reconcile(alone, NOW)), "it may come back");
    Decision<Action> gone = eviction.reconcile(alone, later(40));
    assertEquals(2, gone.actions().size());
    Action.Patch patch = (Action.Patch) gone.actions().getFirst();
    assertEquals("Failed", patch.patch().at("/status/phase").asText());
    Decision<Action> unknown = eviction.reconcile(new PodOnNode(pod, Optional.empty(), false), NOW);
    assertEquals("PT1S", outcome(unknown));
  }
}
