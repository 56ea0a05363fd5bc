package dev.ballast.planner.solve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.optaplanner.core.config.solver.EnvironmentMode;

class PlacementTest {

  private final List<ObjectNode> nodes = new ArrayList<>();
  private final List<ObjectNode> pods = new ArrayList<>();

  @Test
  void goesWherePreferred() {
    nodes.add(node("n1", "4", ""));
    nodes.add(node("n2", "4", "'disk':'ssd'"));
    pods.add(pod("a", "100m", PREFERS_SSD));
    pods.add(pod("b", "3", PREFERS_SSD));
    assertEquals("{a=n2, b=n2}", placed(plan()).toString());
  }

  @Test
  void avoidsNodesThatRatherWantNone() {
    nodes.add(node("n1", "4", ""));
    nodes.add(node("n2", "4", ""));
    nodes
        .getFirst()
        .putObject("spec")
        .putArray("taints")
        .addObject()
        .put("key", "k")
        .put("effect", "PreferNoSchedule");
    pods.add(pod("a", "1", ""));
    pods.add(pod("b", "1", ""));
    pods.add(pod("c", "3", ""));
    assertEquals("{a=n2, b=n1, c=n2}", placed(plan()).toString());
  }

  /** Both big pods cannot stay on the only node that the small one may use. */
  @Test
  void relocatesPodsOfTheBatchSoThatAnotherFits() {
    nodes.add(node("big", "4", ""));
    nodes.add(node("ssd", "4", "'disk':'ssd'"));
    pods.add(pod("a", "3", ""));
    pods.add(pod("b", "2", "'nodeSelector':{'disk':'ssd'},"));
    pods.add(pod("c", "1500m", "'nodeSelector':{'disk':'ssd'},"));
    SolvedCluster cluster = cluster();
    Plan plan = cluster.solver.plan(cluster.batch(), 1);
    assertEquals(Map.of("a", "big", "b", "ssd", "c", "ssd"), placed(plan));
  }

  @Test
  void placesManyMoreByRelocationThanByConstructionAlone() {
    for (int i = 0; i < 4; i++) {
      nodes.add(node("plain" + i, "4", ""));
      nodes.add(node("ssd" + i, "4", "'disk':'ssd'"));
    }
    for (int i = 0; i < 4; i++) {
      pods.add(pod("free" + i, "4", ""));
      pods.add(pod("ssd-big" + i, "3500m", "'nodeSelector':{'disk':'ssd'},"));
    }
    assertEquals(8, plan().bindings().size());
  }

  @Test
  void priorityIsNeverOutvoted() {
    nodes.add(node("n1", "4", ""));
    pods.add(pod("high", "4", "'priority':10,"));
    for (int i = 0; i < 4; i++) {
      pods.add(pod("low" + i, "1", "'priority':0,"));
    }
    Plan plan = plan();
    assertEquals(Map.of("high", "n1"), placed(plan));
    assertEquals(
        "0/1 nodes are available: 1 Insufficient cpu.", plan.unplaced().getFirst().message());
  }

  @Test
  void withoutNodesItSaysSo() {
    pods.add(pod("a", "1", ""));
    assertEquals("no nodes available to schedule pods", plan().unplaced().getFirst().message());
  }

  @Test
  void solvingLeavesTheSnapshotAsItWas() {
    nodes.add(node("n1", "4", ""));
    pods.add(pod("a", "3", ""));
    SolvedCluster cluster = cluster();
    Plan first = cluster.solver.plan(cluster.batch(), 1);
    assertEquals(first, cluster.solver.plan(cluster.batch(), 1));
    assertEquals(0, cluster.snapshot.node("n1").orElseThrow().used(0));
    assertTrue(first.unplaced().isEmpty());
  }

  private static final String PREFERS_SSD =
      "'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1,"
          + "'preference':{'matchExpressions':[{'key':'disk','operator':'In','values':['ssd']}]}}]}},";

  private Plan plan() {
    SolvedCluster cluster = cluster();
    return cluster.solver.plan(cluster.batch(), 1);
  }

  private SolvedCluster cluster() {
    return new SolvedCluster(EnvironmentMode.FULL_ASSERT).with(nodes, pods);
  }

  private static Map<String, String> placed(Plan plan) {
    Map<String, String> nodes = new TreeMap<>();
    plan.bindings().forEach(b -> nodes.put(b.pod().key().name(), b.node()));
    return nodes;
  }

  private static ObjectNode node(String name, String cpu, String labels) {
    return parse(
        "{'metadata':{'name':'%s','labels':{%s}},'status':{'allocatable':{'cpu':'%s',"
                .formatted(name, labels, cpu)
            + "'memory':'8Gi','pods':'110'}}}");
  }

  private static ObjectNode pod(String name, String cpu, String spec) {
    return parse(
        "{'metadata':{'name':'%s','namespace':'default','uid':'%s-1'},'spec':{%s"
                .formatted(name, name, spec)
            + "'containers':[{'name':'c','resources':{'requests':{'cpu':'%s'}}}]}}".formatted(cpu));
  }

  private static ObjectNode parse(String json) {
    return Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
