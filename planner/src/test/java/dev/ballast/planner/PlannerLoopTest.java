package dev.ballast.planner;

import static dev.ballast.planner.SimulatedCluster.node;
import static dev.ballast.planner.SimulatedCluster.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlannerLoopTest {

  private static final Duration SOON = Duration.ofMillis(500);

  private final SimulatedCluster cluster = new SimulatedCluster(1);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void spreadsEqualPodsOverEqualNodes() {
    for (int i = 0; i < 4; i++) {
      cluster.create(node("n" + i, "4"));
      cluster.create(pod("p" + i, "1"));
    }
    cluster.run(SOON);
    List<String> nodes = List.of("p0", "p1", "p2", "p3").stream().map(cluster::nodeOf).toList();
    assertEquals(4, nodes.stream().filter(n -> !n.isEmpty()).distinct().count(), nodes::toString);
    assertEquals(List.of("Scheduled"), cluster.told.stream().map(Tell::reason).distinct().toList());
  }

  @Test
  void placesAPodThatComesLater() {
    cluster.create(node("n", "4"));
    cluster.run(Duration.ofMinutes(5));
    cluster.create(pod("p", "1"));
    cluster.run(Duration.ofMillis(20));
    assertEquals("n", cluster.nodeOf("p"));
  }

  @Test
  void leavesForeignAndGatedPodsAlone() {
    cluster.create(node("n", "4"));
    ObjectNode foreign = pod("foreign", "1");
    foreign.withObjectProperty("spec").put("schedulerName", "volcano");
    cluster.create(foreign);
    ObjectNode gated = pod("gated", "1");
    gated.withObjectProperty("spec").putArray("schedulingGates").addObject().put("name", "g");
    cluster.create(gated);
    cluster.run(Duration.ofMinutes(2));
    assertEquals("", cluster.nodeOf("foreign"));
    assertEquals("", cluster.nodeOf("gated"));
    assertEquals(List.of(), cluster.told);
    gated.withObjectProperty("spec").remove("schedulingGates");
    cluster.replace(gated);
    cluster.run(SOON);
    assertEquals("n", cluster.nodeOf("gated"));
  }

  @Test
  void servesHigherPriorityFirst() {
    for (int i = 0; i < 3; i++) {
      ObjectNode pod = pod("p" + i, "1");
      pod.withObjectProperty("spec").put("priority", i * 10);
      cluster.create(pod);
    }
    cluster.create(node("n", "1"));
    cluster.run(SOON);
    assertEquals(
        List.of("", "", "n"), List.of("p0", "p1", "p2").stream().map(cluster::nodeOf).toList());
  }

  @Test
  void saysWhyAndTriesAgainWhenANodeComesOrAPodLeaves() {
    cluster.create(node("n1", "1"));
    cluster.create(pod("p0", "1"));
    cluster.run(SOON);
    cluster.create(pod("p1", "1"));
    cluster.create(pod("p2", "1"));
    cluster.run(SOON);
    String message = "0/1 nodes are available: 1 Insufficient cpu.";
    assertEquals(
        message,
        cluster.told.stream()
            .filter(tell -> tell.reason().equals("FailedScheduling"))
            .toList()
            .getLast()
            .message());
    cluster.create(node("n2", "1"));
    cluster.run(SOON);
    assertEquals("n2", cluster.nodeOf("p1") + cluster.nodeOf("p2"));
    cluster.delete(SimulatedCluster.pod("p0"));
    cluster.run(SOON);
    assertEquals(
        List.of("n1", "n2"),
        List.of(cluster.nodeOf("p1"), cluster.nodeOf("p2")).stream().sorted().toList());
  }

  /** It was refused for lack of company, and somebody came: no need to wait for room. */
  @Test
  void triesAgainWhenThePodComesThatItWantsToBeBeside() {
    ObjectNode node = node("n1", "4");
    node.withObjectProperty("metadata").putObject("labels").put("kubernetes.io/hostname", "n1");
    cluster.create(node);
    ObjectNode web = pod("web", "1");
    ObjectNode term =
        web.withObjectProperty("spec")
            .putObject("affinity")
            .putObject("podAffinity")
            .putArray("requiredDuringSchedulingIgnoredDuringExecution")
            .addObject();
    term.put("topologyKey", "kubernetes.io/hostname");
    term.putObject("labelSelector").putObject("matchLabels").put("app", "cache");
    cluster.create(web);
    cluster.run(Duration.ofSeconds(3));
    assertEquals("", cluster.nodeOf("web"));
    ObjectNode cache = pod("cache", "1");
    cache.withObjectProperty("metadata").putObject("labels").put("app", "cache");
    cluster.create(cache);
    cluster.run(SOON);
    assertEquals("n1", cluster.nodeOf("web"));
  }

  /** Somebody else has the room by now: it must not stay empty for one that cannot come. */
  @Test
  void aNominationInVainIsTakenBackAndKeepsNobodyOut() {
    cluster.create(node("n1", "2"));
    ObjectNode vain = pod("vain", "3");
    vain.withObjectProperty("spec").put("priority", 100);
    vain.putObject("status").put("nominatedNodeName", "n1");
    cluster.create(vain);
    cluster.create(pod("small", "1"));
    cluster.run(SOON);
    assertEquals("n1", cluster.nodeOf("small"));
    assertEquals(
        "",
        cluster
            .store
            .get(SimulatedCluster.pod("vain"))
            .orElseThrow()
            .tree()
            .at("/status/nominatedNodeName")
            .asText());
  }

  @Test
  void aTrialPlansAsTheNextRoundWouldAndLeavesNothing() {
    cluster.create(node("n1", "2"));
    cluster.create(pod("there", "1"));
    cluster.run(SOON);
    ObjectNode gated = pod("gated", "1");
    gated.withObjectProperty("spec").putArray("schedulingGates").addObject().put("name", "g");
    List<Pod> asked =
        List.of(pod("a", "1"), pod("a", "1"), gated).stream()
            .map(one -> Json.MAPPER.convertValue(one, Pod.class))
            .toList();
    for (int again = 0; again < 2; again++) {
      Trial trial = cluster.planners.tryOut(asked);
      assertEquals(1, trial.plan().bindings().size());
      assertEquals("n1", trial.plan().bindings().getFirst().node());
      assertEquals(
          "0/1 nodes are available: 1 Insufficient cpu.",
          trial.plan().unplaced().getFirst().message());
      assertEquals(Set.of(trial.pods().get(2)), trial.heldBack().keySet());
    }
    assertEquals(1, cluster.list(ResourceType.PODS).size());
    cluster.create(pod("b", "1"));
    cluster.run(SOON);
    assertEquals("n1", cluster.nodeOf("b"));
  }

  @Test
  void outlivesAStoreThatCannotAnswer() {
    cluster.create(node("n", "4"));
    cluster.run(SOON);
    cluster.create(pod("p", "1"));
    cluster.store.refuseWrites("disk full");
    cluster.run(Duration.ofSeconds(5));
    cluster.store.refuseWrites("");
    cluster.run(Duration.ofSeconds(15));
    assertEquals("n", cluster.nodeOf("p"));
  }
}
