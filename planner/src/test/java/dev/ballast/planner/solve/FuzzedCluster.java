package dev.ballast.planner.solve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.testkit.placement.EvictionChecker;
import dev.ballast.testkit.placement.PlacementChecker;
import dev.ballast.testkit.placement.RandomCluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The life of one random cluster: pods wait, are planned and bound; then pods come and go, nodes
 * and namespaces change, and it is planned again, on the same snapshot and solver. After each plan
 * the checker, which sees documents only, says what is wrong with it. One seed is one life.
 */
final class FuzzedCluster {

  private static final int ROUNDS = 3;
  private static final int PREEMPTIONS = 32;

  private final long seed;
  private final boolean large;
  private final Random random;
  private final SolvedCluster cluster;
  private final Map<String, ObjectNode> nodes = new LinkedHashMap<>();
  private final Map<String, ObjectNode> namespaces = new LinkedHashMap<>();
  private final Map<ObjectKey, ObjectNode> volumes = new LinkedHashMap<>();
  private final Map<ObjectKey, ObjectNode> claims = new LinkedHashMap<>();
  private final Map<ObjectKey, ObjectNode> pods = new LinkedHashMap<>();
  private int planned;

  /**
   * @param cluster an empty one, which may have been used before
   * @param large at least 20 nodes and 50 pods, most with rules about each other
   */
  FuzzedCluster(SolvedCluster cluster, long seed, boolean large) {
    this.cluster = cluster;
    this.seed = seed;
    this.large = large;
    this.random = new Random(seed);
    RandomCluster first = cluster(seed);
    first.namespaces().forEach(this::putNamespace);
    first.nodes().forEach(this::putNode);
    first.volumes().forEach(this::putVolume);
    first.claims().forEach(this::putVolume);
    first.pods().forEach(this::putPod);
  }

  private RandomCluster cluster(long its) {
    RandomCluster drawn =
        large
            ? new RandomCluster(its, 20, 28, 50, 70, 70)
            : new RandomCluster(its, 1, 8, 1, 25, its % 3 == 0 ? 0 : 50);
    return drawn.withClaims();
  }

  /** What the checker found wrong first; empty for nothing. */
  Optional<String> live() {
    for (int round = 0; round < ROUNDS; round++) {
      Optional<String> wrong = planAndCheck(round);
      if (wrong.isPresent()) {
        return wrong;
      }
      change(cluster(seed + 1_000_003L * (round + 1)));
    }
    return Optional.empty();
  }

  /** How many pods were planned for so far. */
  int planned() {
    return planned;
  }

  private Optional<String> planAndCheck(int round) {
    PlacementChecker checker =
        new PlacementChecker(nodes.values(), namespaces.values())
            .withClaims(volumes.values(), claims.values());
    for (ObjectNode pod : pods.values()) {
      if (pod.path("spec").has("nodeName")) {
        checker.occupy(pod, pod.at("/spec/nodeName").asText());
      }
    }
    int waiting = cluster.batch().size();
    planned += waiting;
    Plan plan = cluster.plan();
    for (Plan.Binding binding : plan.bindings()) {
      ObjectNode pod = pods.get(binding.pod().key());
      Optional<String> objection = checker.objection(pod, binding.node(), binding.devices());
      if (objection.isPresent()) {
        return Optional.of(tell(round, binding + " is illegal: " + objection.get(), pod));
      }
      PlacementChecker.place(pod, binding.node(), binding.devices());
      checker.occupy(pod, binding.node());
    }
    for (Plan.Unplaced unplaced : plan.unplaced()) {
      ObjectNode pod = pods.get(unplaced.pod().key());
      Optional<String> place = checker.anywhere(pod);
      if (place.isPresent()) {
        return Optional.of(
            tell(round, unplaced.message() + " but " + place.get() + " takes it", pod));
      }
    }
    Optional<String> unjust = judgeEvictions(round, plan, checker);
    if (unjust.isPresent()) {
      return unjust;
    }
    if (waiting != plan.bindings().size() + plan.unplaced().size()) {
      return Optional.of("seed " + seed + ": the plan is about other pods than it was asked for");
    }
    for (Plan.Binding binding : plan.bindings()) {
      cluster.bind(binding);
    }
    return Optional.empty();
  }

  /** For the most urgent room is made first, for so many at once. */
  private Optional<String> judgeEvictions(int round, Plan plan, PlacementChecker checker) {
    Map<ObjectKey, List<Plan.Eviction>> victims = new LinkedHashMap<>();
    for (Plan.Eviction one : plan.evictions()) {
      victims.computeIfAbsent(one.preemptor().key(), key -> new ArrayList<>()).add(one);
    }
    Set<ObjectNode> coming = Collections.newSetFromMap(new IdentityHashMap<>());
    plan.bindings().forEach(one -> coming.add(pods.get(one.pod().key())));
    EvictionChecker judge = new EvictionChecker(checker, pod -> !coming.contains((ObjectNode) pod));
    List<ObjectNode> urgent =
        plan.unplaced().stream()
            .map(one -> pods.get(one.pod().key()))
            .sorted(Comparator.comparingInt(pod -> -pod.at("/spec/priority").asInt()))
            .limit(PREEMPTIONS)
            .toList();
    for (ObjectNode pod : urgent) {
      List<Plan.Eviction> its = victims.getOrDefault(SolvedCluster.key(pod), List.of());
      if (its.isEmpty() && checker.anywhere(pod).isPresent()) {
        // It will have the room that another's victims leave; where, the plan does not say.
        return Optional.empty();
      }
      Optional<String> wrong =
          its.isEmpty()
              ? judge.neglected(pod).map(node -> "nobody goes for it, though some could on " + node)
              : judge.objection(
                  pod,
                  its.getFirst().node(),
                  its.stream().map(one -> (JsonNode) pods.get(one.pod().key())).toList());
      if (wrong.isPresent()) {
        return Optional.of(tell(round, its + ": " + wrong.get(), pod));
      }
    }
    return Optional.empty();
  }

  private String tell(int round, String what, ObjectNode pod) {
    return "seed " + seed + (large ? " large" : "") + " round " + round + ": " + what + "\n" + pod;
  }

  private void change(RandomCluster more) {
    for (ObjectKey key : List.copyOf(pods.keySet())) {
      int dice = random.nextInt(100);
      ObjectNode pod = pods.get(key);
      if (dice < 15) {
        pods.remove(key);
        cluster.snapshot.podRemoved(key);
      } else if (dice < 20) {
        pod.withObjectProperty("metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
        cluster.put(pod);
      } else if (dice < 24 && pod.path("spec").has("nodeName")) {
        pod.withObjectProperty("status").put("phase", "Succeeded");
        cluster.put(pod);
      } else if (dice < 27) {
        pod.withObjectProperty("metadata").withObjectProperty("labels").put("app", "b");
        cluster.put(pod);
      }
    }
    List<ObjectNode> others = new ArrayList<>(more.nodes());
    for (int i = 0; i < 3 && i < others.size(); i++) {
      putNode(others.get(random.nextInt(others.size())));
    }
    if (random.nextInt(3) == 0 && nodes.size() > 1) {
      String gone = List.copyOf(nodes.keySet()).get(random.nextInt(nodes.size()));
      nodes.remove(gone);
      cluster.snapshot.nodeRemoved(gone);
    }
    more.volumes().stream().filter(one -> random.nextInt(4) == 0).forEach(this::putVolume);
    more.claims().stream().filter(one -> random.nextInt(4) == 0).forEach(this::putVolume);
    putNamespace(more.namespaces().get(random.nextInt(more.namespaces().size())));
    for (ObjectNode pod : more.pods()) {
      if (random.nextInt(3) == 0) {
        String name = pod.at("/metadata/name").asText() + "-" + random.nextInt(1000);
        pod.withObjectProperty("metadata").put("name", name).put("uid", name);
        putPod(pod);
      }
    }
  }

  private void putNamespace(ObjectNode namespace) {
    namespaces.put(namespace.at("/metadata/name").asText(), namespace);
    cluster.putNamespace(namespace);
  }

  private void putVolume(ObjectNode one) {
    ObjectKey key = SolvedCluster.volumeKey(one);
    (key.type().equals(ResourceType.PERSISTENT_VOLUMES) ? volumes : claims).put(key, one);
    cluster.putVolume(one);
  }

  private void putNode(ObjectNode node) {
    nodes.put(node.at("/metadata/name").asText(), node);
    cluster.putNode(node);
  }

  private void putPod(ObjectNode pod) {
    pods.put(SolvedCluster.key(pod), pod);
    cluster.put(pod);
  }
}
