package dev.ballast.planner.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.BudgetView;
import dev.ballast.control.plan.GangView;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.optaplanner.core.config.solver.EnvironmentMode;

/** Who has to go for whom, and gangs that start whole or not at all. */
class PreemptionTest {

  private final SolvedCluster cluster = new SolvedCluster(EnvironmentMode.REPRODUCIBLE);

  @Test
  void takesTheLeastImportantAndNoMoreThanNeeded() {
    node("n1", 4);
    node("n2", 4);
    bound("a", "n1", 2, 10, 1);
    bound("b", "n1", 2, 5, 1);
    bound("c", "n2", 3, 7, 1);
    bound("d", "n2", 1, 1, 1);
    waiting("high", 2, 100, "");
    assertEquals(Set.of("b"), victims());
  }

  @Test
  void prefersFewerThenYoungerVictims() {
    node("n1", 4);
    node("n2", 4);
    node("n3", 4);
    bound("a1", "n1", 2, 0, 9);
    bound("a2", "n1", 2, 0, 9);
    bound("b", "n2", 4, 0, 1);
    bound("c", "n3", 4, 0, 5);
    waiting("high", 4, 1, "");
    assertEquals(Set.of("c"), victims());
  }

  @Test
  void sparesWhatABudgetProtects() {
    node("n1", 4);
    node("n2", 4);
    bound("a", "n1", 4, 0, 1);
    bound("b", "n2", 4, 5, 1);
    budget("a", 0);
    waiting("high", 4, 100, "");
    assertEquals(Set.of("b"), victims());
  }

  @Test
  void doesNothingForPodsThatMustNotOrNeedNot() {
    node("n1", 4);
    bound("a", "n1", 4, 5, 1);
    waiting("never", 4, 100, "'preemptionPolicy':'Never',");
    waiting("equal", 4, 5, "");
    waiting("huge", 8, 100, "");
    waiting("elsewhere", 1, 100, "'nodeSelector':{'disk':'ssd'},");
    assertEquals(Set.of(), victims());
  }

  /** However urgent they are: nothing can be done for them. */
  @Test
  void manyHopelessPodsKeepNobodyFromBeingHelped() {
    node("n1", 4);
    bound("a", "n1", 4, 5, 1);
    for (int i = 0; i < 40; i++) {
      ObjectNode sibling = pod("sibling" + i, "", 8, 1000, "", "");
      sibling.withObjectProperty("metadata").putObject("labels").put("app", "huge");
      cluster.put(sibling);
    }
    waiting("helped", 4, 100, "");
    assertEquals(Set.of("a"), victims());
    for (int i = 0; i < 40; i++) {
      waiting("unlike" + i, 100 + i, 1000, "");
    }
    assertEquals(Set.of(), victims(), "so many different ones take a round of their own");
    assertEquals(Set.of("a"), victims());
  }

  /** Of a batch before: its victim has its grace period. */
  @Test
  void roomThatIsBeingMadeForAnotherIsNotPromisedTwice() {
    node("n1", 4);
    node("n2", 4);
    String leaving = "'deletionTimestamp':'2026-01-01T00:00:00Z',";
    cluster.put(pod("a", "'nodeName':'n1',", 4, 0, leaving, ""));
    bound("b", "n2", 4, 5, 1);
    cluster.put(pod("first", "", 4, 100, "", "'nominatedNodeName':'n1'"));
    waiting("second", 4, 100, "");
    assertEquals(Set.of("b"), victims());
  }

  @Test
  void twoPodsDoNotTakeTheSameRoom() {
    node("n1", 4);
    node("n2", 4);
    bound("a", "n1", 4, 0, 1);
    bound("b", "n2", 4, 0, 1);
    waiting("high1", 4, 100, "");
    waiting("high2", 4, 100, "");
    assertEquals(Set.of("a", "b"), victims());
  }

  @Test
  void whatOneLeavesMayDoForTwo() {
    node("n1", 4);
    node("n2", 4);
    bound("a", "n1", 4, 0, 1);
    bound("b", "n2", 4, 1, 1);
    waiting("high1", 2, 100, "");
    waiting("high2", 2, 100, "");
    assertEquals(Set.of("a"), victims());
  }

  @Test
  void removesWhoeverIsInTheWayOfAntiAffinity() {
    node("n1", 4);
    bound("a", "n1", 1, 0, 1);
    bound("other", "n1", 1, 0, 1);
    waiting("high", 1, 100, away("a"));
    assertEquals(Set.of("a"), victims());
  }

  @Test
  void roomBeingMadeIsKeptAndNotMadeTwice() {
    node("n1", 4);
    cluster.put(
        pod(
            "leaving",
            "'nodeName':'n1',",
            4,
            0,
            "'deletionTimestamp':'2026-01-01T00:00:00Z',",
            ""));
    cluster.put(pod("high", "", 4, 100, "", "'nominatedNodeName':'n1'"));
    assertEquals(Set.of(), victims());
    cluster.snapshot.podRemoved(key("leaving"));
    waiting("low", 4, 0, "");
    Plan plan = cluster.solver.plan(cluster.batch(), 1);
    assertEquals("high", plan.bindings().getFirst().pod().key().name());
    Plan withoutIt =
        cluster.solver.plan(
            cluster.batch().stream().filter(one -> one.priority() == 0).toList(), 1);
    assertEquals(0, withoutIt.bindings().size());
  }

  @Test
  void ofTwoGangsThatHalfFitOneIsPlacedWhole() {
    node("n1", 4);
    for (String name : new String[] {"red", "blue"}) {
      ObjectKey key = new ObjectKey(ResourceType.POD_GROUPS, "default", name);
      cluster.snapshot.gangChanged(
          key,
          Json.MAPPER.convertValue(
              parse(
                  "{'metadata':{'namespace':'default','name':'%s'},".formatted(name)
                      + "'spec':{'minMember':3}}"),
              GangView.class));
      for (int i = 0; i < 3; i++) {
        ObjectNode pod = pod(name + i, "", 1, 0, "", "");
        pod.withObjectProperty("metadata").withObjectProperty("labels").put(GangView.LABEL, name);
        cluster.put(pod);
      }
    }
    Plan plan = cluster.solver.plan(cluster.batch(), 1);
    Set<String> placed = new TreeSet<>();
    plan.bindings().forEach(one -> placed.add(one.pod().key().name()));
    assertEquals(Set.of("blue0", "blue1", "blue2"), placed);
    assertEquals(3, plan.unplaced().size());
    assertEquals(0, plan.evictions().size());
  }

  private Set<String> victims() {
    Set<String> names = new TreeSet<>();
    for (Plan.Eviction one : cluster.solver.plan(cluster.batch(), 1).evictions()) {
      names.add(one.pod().key().name());
    }
    return names;
  }

  private void node(String name, int cpu) {
    cluster.putNode(
        parse(
            "{'metadata':{'name':'%s','labels':{'kubernetes.io/hostname':'%s'}},"
                    .formatted(name, name)
                + "'status':{'allocatable':{'cpu':'%d','pods':'110'}}}".formatted(cpu)));
  }

  private void bound(String name, String node, int cpu, int priority, int started) {
    cluster.put(
        pod(
            name,
            "'nodeName':'%s',".formatted(node),
            cpu,
            priority,
            "",
            "'startTime':'2026-01-01T00:00:%02dZ'".formatted(started)));
  }

  private void waiting(String name, int cpu, int priority, String spec) {
    cluster.put(pod(name, spec, cpu, priority, "", ""));
  }

  private void budget(String app, int allowed) {
    cluster.snapshot.budgetChanged(
        new ObjectKey(ResourceType.POD_DISRUPTION_BUDGETS, "default", app),
        Json.MAPPER.convertValue(
            parse(
                "{'metadata':{'namespace':'default','name':'%s'},'spec':{'selector':".formatted(app)
                    + "{'matchLabels':{'app':'%s'}}},".formatted(app)
                    + "'status':{'disruptionsAllowed':%d}}".formatted(allowed)),
            BudgetView.class));
  }

  private static String away(String app) {
    return "'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{"
        + "'topologyKey':'kubernetes.io/hostname','labelSelector':{'matchLabels':{'app':'%s'}}}]}},"
            .formatted(app);
  }

  private static ObjectNode pod(
      String name, String spec, int cpu, int priority, String metadata, String status) {
    return parse(
        "{'metadata':{'name':'%s','namespace':'default','uid':'%s-1',%s'labels':{'app':'%s'}},"
                .formatted(name, name, metadata, name)
            + "'spec':{%s'priority':%d,".formatted(spec, priority)
            + "'containers':[{'name':'c','resources':{'requests':{'cpu':'%d'}}}]},".formatted(cpu)
            + "'status':{%s}}".formatted(status));
  }

  private static ObjectKey key(String pod) {
    return new ObjectKey(ResourceType.PODS, "default", pod);
  }

  private static ObjectNode parse(String json) {
    return Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
