package dev.ballast.control.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.placement.PlacementChecker;
import dev.ballast.testkit.placement.RandomCluster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Reckless planners on stale snapshots, all at once: the applier lets only legal bindings through.
 */
class RacingPlannersProperties {

  private static final int PLANNERS = 4;
  private static final int ROUNDS = 6;

  @Property(tries = 80)
  void neverMoreThanANodeOffers(@ForAll long seed) throws Exception {
    RandomCluster random = new RandomCluster(seed, 4, 40);
    Cluster cluster = new Cluster().with(random.nodes(), random.pods());
    ConcurrentLinkedQueue<Applied.Bound> bound = new ConcurrentLinkedQueue<>();
    List<String> ownBindings =
        cluster.snapshot().pods().stream()
            .filter(pod -> pod.waiting())
            .map(pod -> pod.ref().key().name())
            .toList();
    SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(seed));
    try (PlanApplier applier = new PlanApplier(cluster.store, timers, Telemetry.NONE, tells -> {});
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> racers = new ArrayList<>();
      for (int planner = 0; planner < PLANNERS; planner++) {
        Random choice = new Random(seed + planner);
        racers.add(threads.submit(() -> race(start, cluster, applier, choice, bound)));
      }
      racers.add(threads.submit(() -> disturb(start, cluster, new Random(seed))));
      start.countDown();
      for (Future<?> racer : racers) {
        racer.get();
      }
    }
    judge(cluster, ownBindings);
    for (Applied.Bound one : bound) {
      cluster
          .store
          .get(one.pod().key())
          .ifPresent(pod -> assertEquals(one.node(), pod.tree().at("/spec/nodeName").asText()));
    }
  }

  /** Three gangs of which two fit, planned by four at once, while their pods are relabelled. */
  @Property(tries = 60)
  void gangsAreBoundWholeOrNotAtAll(@ForAll long seed) throws Exception {
    Cluster cluster = new Cluster();
    for (int i = 0; i < 4; i++) {
      cluster.create(Cluster.node("n" + i, "2"));
    }
    for (String gang : List.of("a", "b", "c")) {
      ObjectNode group = Json.object();
      group.putObject("metadata").put("name", gang).put("namespace", "default");
      group.putObject("spec").put("minMember", 3);
      cluster.store.commit(
          new Write.Create(
              new ObjectKey(ResourceType.POD_GROUPS, "default", gang), Json.storable(group)));
      for (int i = 0; i < 3; i++) {
        ObjectNode pod = Cluster.pod(gang + i, "1");
        pod.withObjectProperty("metadata")
            .withObjectProperty("labels")
            .put("scheduling.x-k8s.io/pod-group", gang);
        cluster.create(pod);
      }
    }
    ConcurrentLinkedQueue<Applied.Bound> bound = new ConcurrentLinkedQueue<>();
    SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(seed));
    try (PlanApplier applier = new PlanApplier(cluster.store, timers, Telemetry.NONE, tells -> {});
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> racers = new ArrayList<>();
      for (int planner = 0; planner < PLANNERS; planner++) {
        Random choice = new Random(seed + planner);
        racers.add(threads.submit(() -> race(start, cluster, applier, choice, bound)));
      }
      racers.add(threads.submit(() -> relabel(start, cluster, new Random(seed))));
      start.countDown();
      for (Future<?> racer : racers) {
        racer.get();
      }
    }
    for (String gang : List.of("a", "b", "c")) {
      long members =
          cluster.list(ResourceType.PODS).stream()
              .filter(pod -> pod.key().name().startsWith(gang))
              .filter(pod -> !pod.tree().at("/spec/nodeName").asText().isEmpty())
              .count();
      assertTrue(members == 0 || members == 3, gang + " has " + members);
    }
    judge(cluster, cluster.list(ResourceType.PODS).stream().map(pod -> pod.key().name()).toList());
  }

  private static Void relabel(CountDownLatch start, Cluster cluster, Random choice)
      throws InterruptedException {
    start.await();
    for (int round = 0; round < 20; round++) {
      List<Document> pods = cluster.list(ResourceType.PODS);
      Document pod = pods.get(choice.nextInt(pods.size()));
      ObjectNode tree = pod.tree();
      tree.withObjectProperty("metadata").withObjectProperty("labels").put("round", "" + round);
      cluster.store.commit(new Write.Replace(pod.key(), pod.revision(), "", Json.storable(tree)));
    }
    return null;
  }

  private static Void race(
      CountDownLatch start,
      Cluster cluster,
      PlanApplier applier,
      Random choice,
      ConcurrentLinkedQueue<Applied.Bound> bound)
      throws InterruptedException {
    start.await();
    for (int round = 0; round < ROUNDS; round++) {
      ClusterSnapshot stale = cluster.snapshot();
      List<NodeState> nodes = List.copyOf(stale.nodes());
      List<Plan.Binding> bindings = new ArrayList<>();
      for (PodView pod : stale.pods()) {
        if (pod.waiting() && !nodes.isEmpty()) {
          NodeState node = nodes.get(choice.nextInt(nodes.size()));
          bindings.add(new Plan.Binding(pod.ref(), node.name(), devices(pod, node, choice)));
        }
      }
      bound.addAll(applier.apply(Plan.of(1, bindings, List.of())).bound());
    }
    return null;
  }

  /** As many as it needs, whoever has them. */
  private static List<Integer> devices(PodView pod, NodeState node, Random choice) {
    List<Integer> all =
        new ArrayList<>(IntStream.range(0, node.devices().count()).boxed().toList());
    Collections.shuffle(all, choice);
    return all.subList(0, Math.min(all.size(), pod.shape().gpu().devices()));
  }

  /** Relabels and deletes pods meanwhile, so that commits conflict. */
  private static Void disturb(CountDownLatch start, Cluster cluster, Random choice)
      throws InterruptedException {
    start.await();
    for (int round = 0; round < 40; round++) {
      List<Document> pods = cluster.list(ResourceType.PODS);
      if (pods.isEmpty()) {
        return null;
      }
      Document pod = pods.get(choice.nextInt(pods.size()));
      if (choice.nextInt(8) == 0) {
        cluster.store.commit(new Write.Delete(pod.key(), 0, DeleteOptions.DEFAULTS));
      } else {
        ObjectNode tree = pod.tree();
        tree.withObjectProperty("metadata").withObjectProperty("labels").put("round", "" + round);
        cluster.store.commit(new Write.Replace(pod.key(), pod.revision(), "", Json.storable(tree)));
      }
    }
    return null;
  }

  private static void judge(Cluster cluster, List<String> own) {
    PlacementChecker checker =
        new PlacementChecker(
            cluster.list(ResourceType.NODES).stream().map(Document::tree).toList());
    List<ObjectNode> ours = new ArrayList<>();
    for (Document document : cluster.list(ResourceType.PODS)) {
      ObjectNode pod = document.tree();
      if (own.contains(document.key().name())) {
        ours.add(pod);
      } else if (pod.at("/spec").has("nodeName")) {
        checker.occupy(pod, pod.at("/spec/nodeName").asText());
      }
    }
    for (ObjectNode pod : ours) {
      String node = pod.at("/spec/nodeName").asText();
      if (!node.isEmpty()) {
        assertEquals(
            Optional.empty(),
            checker.objection(pod, node, PlacementChecker.devices(pod)),
            pod::toString);
        checker.occupy(pod, node);
      }
    }
  }
}
