package dev.ballast.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.testkit.placement.PlacementChecker;
import dev.ballast.testkit.placement.RandomCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happened to the cluster, once it is quiet no pod waits that fits somewhere. */
class PlannerLoopProperties {

  @Property(tries = 150)
  void aQuietClusterHasNoPodLeftThatFits(@ForAll long seed) {
    Random random = new Random(seed);
    RandomCluster drawn = new RandomCluster(seed, 6, 30);
    try (SimulatedCluster cluster = new SimulatedCluster(seed)) {
      for (int step = 0; step < 60; step++) {
        List<ObjectNode> source = random.nextInt(3) == 0 ? drawn.nodes() : drawn.pods();
        change(cluster, random, source.get(random.nextInt(source.size())));
        if (random.nextBoolean()) {
          cluster.run(Duration.ofMillis(random.nextInt(200)));
        }
      }
      cluster.run(Duration.ofSeconds(31));
      judge(cluster);
    }
  }

  private static void change(SimulatedCluster cluster, Random random, ObjectNode document) {
    ObjectKey key = SimulatedCluster.key(document);
    if (cluster.store.get(key).isEmpty()) {
      cluster.create(document);
    } else if (random.nextInt(3) == 0) {
      cluster.delete(key);
    }
  }

  private static void judge(SimulatedCluster cluster) {
    PlacementChecker checker = new PlacementChecker(cluster.list(ResourceType.NODES));
    List<ObjectNode> pods = cluster.list(ResourceType.PODS);
    for (ObjectNode pod : pods) {
      if (!pod.at("/spec/nodeName").asText().isEmpty()) {
        checker.occupy(pod, pod.at("/spec/nodeName").asText());
      }
    }
    for (ObjectNode pod : pods) {
      if (pod.at("/spec/nodeName").asText().isEmpty()) {
        assertEquals(Optional.empty(), checker.anywhere(pod), pod::toString);
        assertEquals("Unschedulable", pod.at("/status/conditions/0/reason").asText());
      }
    }
  }
}
