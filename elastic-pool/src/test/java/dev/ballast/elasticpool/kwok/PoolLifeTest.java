package dev.ballast.elasticpool.kwok;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pools from their manifest to their last node, over an API and members on simulated time. */
class PoolLifeTest {

  private static final String POD =
      "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default','labels':{'app':'x'}},"
          + "'spec':{'nodeName':'%s','containers':[{'name':'c','image':'i'}]}}";

  @Test
  void aPoolBecomesReadyNodesSpreadOverTheMembers() {
    PoolCluster cluster = new PoolCluster(1, "a", "b", "c");
    ObjectKey pool = cluster.pool("web", 3);
    cluster.run(5);
    for (String member : cluster.group) {
      assertEquals(1, cluster.members.get(member).running.size(), member);
    }
    for (ObjectNode node : cluster.all(ResourceType.NODES).values()) {
      assertEquals("web", node.at("/metadata/labels").path("karpenter.sh/nodepool").asText());
      assertEquals("a", node.at("/metadata/labels/team").asText());
      assertTrue(node.at("/spec/taints").isEmpty(), node.toString());
    }
    for (ObjectNode claim : cluster.all(ResourceType.NODE_CLAIMS).values()) {
      assertEquals("True", condition(claim, "Ready").path("status").asText(), claim.toString());
      assertEquals(claim.at("/metadata/name"), claim.at("/status/nodeName"));
    }
    ObjectNode stored = cluster.api.get(pool).orElseThrow().tree();
    assertEquals("True", condition(stored, "Ready").path("status").asText());
    assertEquals(3, stored.at("/status/nodes").asInt());
    assertEquals("12", stored.at("/status/resources/cpu").asText());
  }

  @Test
  void theNodeOfFewestPodsGoesFirstAndItsPodsAreEvictedAsTheirBudgetAllows() {
    PoolCluster cluster = new PoolCluster(2, "a");
    ObjectKey pool = cluster.pool("web", 2);
    cluster.run(5);
    String first = cluster.running().getFirst().name();
    String second = cluster.running().getLast().name();
    cluster.create(ResourceType.PODS, POD.formatted("p1", first));
    cluster.create(ResourceType.PODS, POD.formatted("p2", first));
    ObjectKey p3 = cluster.create(ResourceType.PODS, POD.formatted("p3", second));
    ObjectKey budget =
        cluster.create(
            ResourceType.POD_DISRUPTION_BUDGETS,
            "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'b','namespace':'default'},"
                + "'spec':{'maxUnavailable':0,'selector':{'matchLabels':{'app':'x'}}}}");
    cluster.run(1);
    cluster.edit(p3, "status", PoolLifeTest::running);
    cluster.run(5);
    cluster.edit(pool, "", tree -> tree.withObject("/spec").put("replicas", 1));
    cluster.run(20);
    ObjectNode leaving = cluster.all(ResourceType.NODE_CLAIMS).get(second);
    assertEquals("Draining", condition(leaving, "Drained").path("reason").asText());
    assertTrue(
        cluster
            .all(ResourceType.NODES)
            .get(second)
            .at("/spec/taints")
            .toString()
            .contains("karpenter.sh/disrupted"));
    assertFalse(cluster.api.get(p3).orElseThrow().tree().at("/metadata").has("deletionTimestamp"));
    cluster.delete(budget);
    cluster.run(10);
    assertTrue(cluster.api.get(p3).orElseThrow().tree().at("/metadata").has("deletionTimestamp"));
    cluster.run(120);
    assertEquals(Set.of(first), cluster.all(ResourceType.NODE_CLAIMS).keySet());
    assertEquals(Set.of(first), cluster.all(ResourceType.NODES).keySet());
    assertEquals(1, cluster.running().size());
  }

  @Test
  void aDeletedPoolLeavesNothing() {
    PoolCluster cluster = new PoolCluster(3, "a", "b");
    ObjectKey pool = cluster.pool("web", 4);
    cluster.run(5);
    assertEquals(4, cluster.running().size());
    cluster.delete(pool);
    cluster.run(20);
    assertTrue(cluster.all(ResourceType.NODE_CLAIMS).isEmpty());
    assertTrue(cluster.all(ResourceType.NODES).isEmpty());
    assertTrue(cluster.running().isEmpty());
  }

  @Test
  void aDeletedNodeIsReplaced() {
    PoolCluster cluster = new PoolCluster(4, "a");
    cluster.pool("web", 1);
    cluster.run(5);
    String first = cluster.running().getFirst().name();
    cluster.delete(ObjectKey.cluster(ResourceType.NODES, first));
    cluster.run(10);
    assertEquals(1, cluster.running().size());
    assertFalse(cluster.all(ResourceType.NODES).containsKey(first));
    assertEquals(1, cluster.all(ResourceType.NODES).size());
  }

  @Test
  void aMemberThatRestartsHostsItsMachinesAgainAndOneThatIsRemovedIsReplaced() {
    PoolCluster cluster = new PoolCluster(5, "a", "b", "c");
    cluster.pool("web", 3);
    cluster.run(5);
    Set<String> before = cluster.all(ResourceType.NODE_CLAIMS).keySet();
    var hosted = Map.copyOf(cluster.members.get("b").running);
    cluster.stopMember("b");
    cluster.run(30);
    assertEquals(before, cluster.all(ResourceType.NODE_CLAIMS).keySet());
    cluster.startMember("b");
    cluster.run(5);
    assertEquals(hosted, cluster.members.get("b").running);
    cluster.stopMember("b");
    cluster.group.remove("b");
    cluster.run(30);
    assertEquals(3, cluster.running().size());
    Set<String> after = cluster.all(ResourceType.NODE_CLAIMS).keySet();
    assertEquals(3, after.size());
    assertFalse(after.containsAll(before));
    assertEquals(after, cluster.all(ResourceType.NODES).keySet());
  }

  @Test
  void aMemberThatDoesNotAnswerGetsNoMachine() {
    PoolCluster cluster = new PoolCluster(6, "a", "b");
    cluster.stopMember("a");
    cluster.pool("web", 2);
    cluster.run(5);
    assertEquals(2, cluster.members.get("b").running.size());
  }

  @Test
  void aMachineTakesAsLongToStartAsItsClassSays() {
    PoolCluster cluster = new PoolCluster(7, "a");
    cluster.edit(
        ObjectKey.cluster(ResourceType.KWOK_NODE_CLASSES, "small"),
        "",
        tree -> tree.withObject("/spec").put("nodeRegistrationDelay", "30s"));
    cluster.pool("web", 1);
    cluster.run(28);
    assertEquals(0, cluster.running().size());
    cluster.run(4);
    assertEquals(1, cluster.running().size());
  }

  /** The leader dies at any commit, before or after it, over and over. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void noLeaderThatDiesMakesASecondMachine(long seed) {
    PoolCluster cluster = new PoolCluster(seed, "a", "b", "c");
    Random random = new Random(seed);
    Map<String, String> machineOf = new HashMap<>();
    cluster.leading.beforeCommit(
        writes ->
            random.nextInt(6) == 0
                ? Optional.of(new CommitResult.Unavailable("died before"))
                : Optional.empty());
    cluster.leading.afterCommit(
        () -> {
          if (random.nextInt(6) == 0) {
            throw new StoreUnavailableException("died after");
          }
        });
    ObjectKey pool = cluster.pool("web", 3);
    for (int round = 0; round < 30; round++) {
      cluster.timers.runFor(java.time.Duration.ofMillis(random.nextInt(400)));
      if (random.nextInt(3) == 0) {
        int size = random.nextInt(6);
        cluster.edit(pool, "", tree -> tree.withObject("/spec").put("replicas", size));
      }
      cluster.crashLeader();
      cluster.lead();
      check(cluster, machineOf);
    }
    cluster.leading.beforeCommit(writes -> Optional.empty());
    cluster.leading.afterCommit(() -> {});
    cluster.edit(pool, "", tree -> tree.withObject("/spec").put("replicas", 4));
    cluster.run(120);
    check(cluster, machineOf);
    assertEquals(4, cluster.running().size());
    assertEquals(4, cluster.all(ResourceType.NODE_CLAIMS).size());
    assertEquals(
        cluster.all(ResourceType.NODE_CLAIMS).keySet(), cluster.all(ResourceType.NODES).keySet());
  }

  /** A claim has one machine in all its life, and no machine runs at two members. */
  private static void check(PoolCluster cluster, Map<String, String> machineOf) {
    for (ObjectNode claim : cluster.all(ResourceType.NODE_CLAIMS).values()) {
      String machine = claim.at("/status/providerID").asText("");
      if (!machine.isEmpty()) {
        String before = machineOf.putIfAbsent(claim.at("/metadata/uid").asText(), machine);
        assertEquals(before == null ? machine : before, machine);
      }
    }
    Set<String> names = new HashSet<>();
    for (KwokHost.Hosted machine : cluster.running()) {
      assertTrue(names.add(machine.name()), machine + " runs twice");
    }
  }

  private static void running(ObjectNode pod) {
    ObjectNode status = pod.withObject("/status").put("phase", "Running");
    status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
  }

  private static JsonNode condition(ObjectNode object, String type) {
    for (JsonNode one : object.at("/status/conditions")) {
      if (one.path("type").asText().equals(type)) {
        return one;
      }
    }
    throw new AssertionError("no condition " + type + " in " + object);
  }
}
