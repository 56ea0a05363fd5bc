package dev.ballast.control.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.placement.RandomCluster;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A snapshot kept by changes equals one made in one go. */
class ClusterSnapshotProperties {

  @Property(tries = 300)
  void changesLeadWhereAFreshListLeads(@ForAll long seed) {
    Random random = new Random(seed);
    RandomCluster first = new RandomCluster(seed, 6, 20);
    RandomCluster second = new RandomCluster(seed + 1, 6, 20);
    Cluster cluster = new Cluster().with(first.nodes(), first.pods());
    ClusterSnapshot snapshot = new ClusterSnapshot();
    try (ClusterFeed feed = new ClusterFeed(cluster.store, snapshot, () -> {})) {
      for (int step = 0; step < 30; step++) {
        change(cluster, random, random.nextBoolean() ? second.nodes() : second.pods());
        if (random.nextInt(4) == 0) {
          feed.drain();
          assertEquals(picture(cluster.snapshot()), picture(snapshot));
        }
        if (random.nextInt(10) == 0) {
          cluster.store.compact(cluster.store.revision());
        }
      }
    }
  }

  private static void change(Cluster cluster, Random random, List<ObjectNode> documents) {
    ObjectNode next = documents.get(random.nextInt(documents.size()));
    Document there = cluster.store.get(Cluster.key(next)).orElse(null);
    if (there == null) {
      cluster.create(next);
    } else if (random.nextInt(3) == 0) {
      cluster.store.commit(new Write.Delete(there.key(), 0, DeleteOptions.DEFAULTS));
    } else {
      cluster.store.commit(
          new Write.Replace(there.key(), there.revision(), "", Json.storable(next)));
    }
  }

  private static Map<String, String> picture(ClusterSnapshot snapshot) {
    Map<String, String> lines = new TreeMap<>();
    for (NodeState node : snapshot.nodes()) {
      StringBuilder line = new StringBuilder(node.exists() ? "exists" : "missing");
      Map<String, String> amounts = new TreeMap<>();
      for (int i = 0; i < snapshot.names().size(); i++) {
        if (node.allocatable(i) != 0 || node.used(i) != 0) {
          amounts.put(snapshot.names().name(i), node.used(i) + "/" + node.allocatable(i));
        }
      }
      line.append(amounts).append(node.pods()).append(' ').append(node.scoredCpu());
      line.append(' ').append(node.scoredMemory());
      lines.put(node.name(), line.toString());
    }
    for (PodView pod : snapshot.pods()) {
      lines.put(pod.ref().toString(), pod.revision() + " " + pod.node() + " " + pod.waiting());
    }
    lines.put("", snapshot.nodeCount() + " " + ResourceType.NODES);
    return lines;
  }
}
