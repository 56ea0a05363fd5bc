package dev.ballast.planner;

import static dev.ballast.planner.SimulatedCluster.node;
import static dev.ballast.planner.SimulatedCluster.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of pods that wait: report, condition, event; and that it goes again. */
class AdviceTest {

  private static final Duration SOON = Duration.ofSeconds(2);
  private static final String BLOCKED = "0/1 nodes are available: 1 Insufficient cpu.";

  private final SimulatedCluster cluster = new SimulatedCluster(1);

  @AfterEach
  void close() {
    cluster.close();
  }

  private List<ObjectNode> reports() {
    return cluster.list(ResourceType.PLACEMENT_REPORTS);
  }

  private String message(String pod) {
    return cluster
        .store
        .get(pod(pod))
        .orElseThrow()
        .tree()
        .at("/status/conditions/0/message")
        .asText();
  }

  private void fill() {
    cluster.create(node("n1", "2"));
    cluster.create(pod("small", "500m"));
    cluster.create(pod("large", "1500m"));
    cluster.run(SOON);
    cluster.create(pod("waits", "1"));
    cluster.run(SOON);
  }

  @Test
  void saysWhatWouldHelpInReportConditionAndEvent() {
    fill();
    JsonNode report = reports().getFirst();
    assertEquals("waits", report.at("/metadata/name").asText());
    assertEquals("waits-1", report.at("/metadata/ownerReferences/0/uid").asText());
    assertEquals(BLOCKED, report.path("message").asText());
    assertEquals("Insufficient cpu", report.at("/reasons/0/reason").asText());
    List<String> fixes = new ArrayList<>();
    report.path("fixes").forEach(fix -> fixes.add(fix.path("message").asText()));
    assertTrue(fixes.contains("free 1000m cpu on n1"), fixes::toString);
    assertTrue(fixes.contains("evict default/large from n1"), fixes::toString);
    assertTrue(fixes.contains("add a node like n1"), fixes::toString);
    assertTrue(message("waits").startsWith(BLOCKED + " To place it: "), message("waits"));
    assertEquals(
        1, cluster.told.stream().filter(t -> t.reason().equals("PlacementAdvice")).count());
  }

  @Test
  void theConditionRestsWhileNothingChanges() {
    fill();
    cluster.run(Duration.ofSeconds(100));
    long revision = cluster.store.get(pod("waits")).orElseThrow().revision();
    cluster.run(Duration.ofMinutes(10));
    assertEquals(revision, cluster.store.get(pod("waits")).orElseThrow().revision());
    assertEquals(1, count("FailedScheduling"));
    assertEquals(1, count("PlacementAdvice"));
  }

  private long count(String reason) {
    return cluster.told.stream().map(Tell::reason).filter(reason::equals).count();
  }

  @Test
  void theReportGoesWhenThePodIsPlaced() {
    fill();
    cluster.create(node("n2", "1"));
    cluster.run(SOON);
    assertEquals("n2", cluster.nodeOf("waits"));
    assertEquals(List.of(), reports());
  }

  @Test
  void anotherObstacleMakesAnotherReport() {
    fill();
    ObjectNode tainted = node("n1", "2");
    tainted
        .putObject("spec")
        .putArray("taints")
        .addObject()
        .put("key", "k")
        .put("effect", "NoSchedule");
    cluster.replace(tainted);
    cluster.run(Duration.ofMinutes(1));
    String message = "0/1 nodes are available: 1 node(s) had untolerated taint {k: }.";
    assertEquals(message, reports().getFirst().path("message").asText());
    assertTrue(message("waits").startsWith(message), message("waits"));
  }

  @Test
  void changesThatHelpOnlyTogetherAreToldTogether() {
    ObjectNode tainted = node("n1", "2");
    tainted
        .putObject("spec")
        .putArray("taints")
        .addObject()
        .put("key", "k")
        .put("effect", "NoSchedule");
    cluster.create(tainted);
    ObjectNode choosy = pod("waits", "1");
    choosy.withObjectProperty("spec").putObject("nodeSelector").put("disk", "ssd");
    cluster.create(choosy);
    cluster.run(SOON);
    List<String> fixes = new ArrayList<>();
    reports().getFirst().path("fixes").forEach(fix -> fixes.add(fix.path("message").asText()));
    assertTrue(
        fixes.contains("tolerate taint k:NoSchedule and drop spec.nodeSelector[\"disk\"]"),
        fixes::toString);
    assertTrue(
        fixes.contains("add a node with 1000m cpu and 0 memory and labels {disk=ssd}"),
        fixes::toString);
  }

  /** Of three pods that start together one has room; each fix makes room for the other two. */
  @Test
  void aGangIsHelpedWhole() {
    for (String node : List.of("n1", "n2", "n3")) {
      cluster.create(node(node, "2"));
    }
    for (String small : List.of("a", "b")) {
      cluster.create(pod(small, "1500m"));
    }
    cluster.run(SOON);
    gang(3, 4);
    cluster.run(Duration.ofSeconds(30));
    assertEquals("", cluster.nodeOf("g-0"));
    List<String> fixes = new ArrayList<>();
    reports().getFirst().path("fixes").forEach(fix -> fixes.add(fix.path("message").asText()));
    String free = cluster.nodeOf("a").equals("n1") && cluster.nodeOf("b").equals("n2") ? "n3" : "?";
    assertEquals("n3", free, "of equal nodes the first");
    assertTrue(fixes.contains("free 1500m cpu on n1 and free 1500m cpu on n2"), fixes::toString);
    assertTrue(
        fixes.contains("evict default/a from n1 and evict default/b from n2"), fixes::toString);
    assertTrue(fixes.contains("add 2 nodes like n1"), fixes::toString);
  }

  /**
   * Room for one of a gang is not made by sending another of it away; and what advice imagined is
   * nobody's truth: the gang starts whole once the room is there.
   */
  @Test
  void aGangThatNeedsEveryNodeIsHelpedAndStartsWhole() {
    for (String node : List.of("n1", "n2", "n3")) {
      cluster.create(node(node, "2"));
      cluster.create(pod("on-" + node, "2"));
    }
    cluster.run(SOON);
    gang(3, 3);
    cluster.run(Duration.ofSeconds(5));
    assertEquals(3, reports().size());
    assertTrue(
        reports().getFirst().path("fixes").toString().contains("evict default/on-n1"),
        () -> reports().getFirst().toString());
    assertFalse(
        reports().getFirst().path("fixes").toString().contains("6000m"),
        "a node of 2 cpu has no 6 to free");
    for (String node : List.of("n1", "n2", "n3")) {
      cluster.delete(SimulatedCluster.pod("on-" + node));
    }
    cluster.run(Duration.ofSeconds(15));
    for (int i = 0; i < 3; i++) {
      assertTrue(cluster.nodeOf("g-" + i).startsWith("n"), "g-" + i);
    }
  }

  private void gang(int least, int members) {
    ObjectNode group = Json.object().put("apiVersion", "scheduling.x-k8s.io/v1alpha1");
    group
        .put("kind", "PodGroup")
        .putObject("metadata")
        .put("name", "g")
        .put("namespace", "default");
    group.putObject("spec").put("minMember", least);
    cluster.store.commit(
        new Write.Create(
            new ObjectKey(ResourceType.POD_GROUPS, "default", "g"), Json.storable(group)));
    for (int i = 0; i < members; i++) {
      ObjectNode one = pod("g-" + i, "2");
      one.withObjectProperty("metadata")
          .putObject("labels")
          .put("scheduling.x-k8s.io/pod-group", "g");
      cluster.create(one);
    }
  }

  @Test
  void whatAnEarlierProcessLeftIsTakenAway() {
    ObjectNode old = Json.object();
    old.put("apiVersion", "ballast.dev/v1").put("kind", "PlacementReport");
    old.putObject("metadata").put("name", "gone").put("namespace", "default");
    cluster.store.commit(
        new Write.Create(
            new ObjectKey(ResourceType.PLACEMENT_REPORTS, "default", "gone"), Json.storable(old)));
    cluster.run(SOON);
    assertEquals(List.of(), reports());
  }
}
