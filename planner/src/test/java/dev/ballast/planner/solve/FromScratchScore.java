package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.PodTerm;
import dev.ballast.core.placement.ScoreWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import org.optaplanner.core.api.score.calculator.EasyScoreCalculator;

/** The score by its definition, from nothing, without tallies or deltas. */
public final class FromScratchScore
    implements EasyScoreCalculator<Placement, HardMediumSoftLongScore> {

  /** A pod somewhere. */
  private record Placed(PodShape shape, Node node) {}

  private final ClusterSnapshot snapshot;
  private final Map<String, Map<String, String>> namespaces;

  /**
   * @param namespaces their labels
   */
  FromScratchScore(ClusterSnapshot snapshot, Map<String, Map<String, String>> namespaces) {
    this.snapshot = snapshot;
    this.namespaces = namespaces;
  }

  @Override
  public HardMediumSoftLongScore calculateScore(Placement placement) {
    long hard = 0;
    long medium = 0;
    long soft = 0;
    Map<NodeState, List<PodShape>> added = new LinkedHashMap<>();
    Map<NodeState, Map<ScoreWeights, List<PodShape>>> tastes = new LinkedHashMap<>();
    List<Placed> there = new ArrayList<>(bound());
    for (Assignment assignment : placement.getAssignments()) {
      NodeState node = assignment.getNode();
      if (node == null) {
        medium -= assignment.weight();
        continue;
      }
      PodShape shape = assignment.pod().shape();
      Node properties = node.node().orElseThrow();
      hard -= shape.rules().refusal(properties).isPresent() ? 1 : 0;
      ScoreWeights taste = assignment.taste();
      soft -= (1L << 28) * shape.rules().dislike(properties, taste);
      soft += (1L << 28) * taste.imageLocality() * images(shape, properties);
      added.computeIfAbsent(node, n -> new ArrayList<>()).add(shape);
      tastes
          .computeIfAbsent(node, n -> new LinkedHashMap<>())
          .computeIfAbsent(taste, t -> new ArrayList<>())
          .add(shape);
      Placed placed = new Placed(shape, properties);
      soft -= (1L << 28) * (taste.podTopologySpread() > 0 ? keyless(placed) : 0);
      for (Placed other : there) {
        hard -= apart(placed, other) + apart(other, placed);
        soft += (1L << 28) * (liking(placed, other, taste) + liking(other, placed, taste));
      }
      there.add(placed);
    }
    for (Map.Entry<NodeState, List<PodShape>> entry : added.entrySet()) {
      hard -= broken(entry.getKey(), entry.getValue());
      for (Map.Entry<ScoreWeights, List<PodShape>> own : tastes.get(entry.getKey()).entrySet()) {
        List<PodShape> others = new ArrayList<>(entry.getValue());
        own.getValue().forEach(others::remove);
        soft -= cost(own.getKey(), entry.getKey(), entry.getValue());
        soft += cost(own.getKey(), entry.getKey(), others);
      }
    }
    return HardMediumSoftLongScore.of(hard, medium, soft);
  }

  private List<Placed> bound() {
    List<Placed> bound = new ArrayList<>();
    for (PodView pod : snapshot.pods()) {
      if (!pod.node().isEmpty() && !pod.terminal()) {
        snapshot
            .node(pod.node())
            .flatMap(NodeState::node)
            .ifPresent(node -> bound.add(new Placed(pod.shape(), node)));
      }
    }
    return bound;
  }

  private long apart(Placed one, Placed other) {
    return one.shape().company().forbidden().stream()
        .filter(term -> holds(term, one, other))
        .count();
  }

  private long liking(Placed one, Placed other, ScoreWeights taste) {
    return one.shape().company().preferred().stream()
        .filter(weighted -> holds(weighted.term(), one, other))
        .mapToLong(
            weighted ->
                (long) weighted.weight()
                    * (weighted.keyed() ? taste.podTopologySpread() : taste.interPodAffinity()))
        .sum();
  }

  private static long keyless(Placed placed) {
    return placed.shape().company().preferred().stream()
            .filter(one -> one.keyed() && domain(one.term(), placed.node()) == null)
            .count()
        * 1_000_000;
  }

  private boolean holds(PodTerm term, Placed one, Placed other) {
    String domain = domain(term, one.node());
    return domain != null
        && domain.equals(domain(term, other.node()))
        && term.selector()
            .matches(other.shape().identity(), ns -> namespaces.getOrDefault(ns, Map.of()));
  }

  private static String domain(PodTerm term, Node node) {
    return node.metadata().labels().get(term.topologyKey());
  }

  private static long broken(NodeState node, List<PodShape> shapes) {
    long broken = 0;
    for (int resource = 0; resource < 16; resource++) {
      long wanted = 0;
      for (PodShape shape : shapes) {
        wanted += resource < shape.amounts().length ? shape.amounts()[resource] : 0;
      }
      broken += wanted > 0 && wanted > node.allocatable(resource) - node.used(resource) ? 1 : 0;
    }
    for (int i = 0; i < shapes.size(); i++) {
      if (!shapes.get(i).ports().isEmpty()) {
        broken += node.hasFree(shapes.get(i).ports()) ? 0 : 1;
      }
      for (int j = i + 1; j < shapes.size(); j++) {
        broken += clash(shapes.get(i), shapes.get(j)) ? 1 : 0;
      }
    }
    return broken;
  }

  private static boolean clash(PodShape one, PodShape other) {
    for (HostPort port : one.ports()) {
      if (other.ports().stream().anyMatch(port::conflicts)) {
        return true;
      }
    }
    return false;
  }

  /** kube-scheduler's ImageLocality: each image's size by the share of nodes that have it. */
  private long images(PodShape shape, Node node) {
    double sum = 0;
    List<Node> all = snapshot.nodes().stream().flatMap(one -> one.node().stream()).toList();
    for (String image : shape.images()) {
      long having = all.stream().filter(one -> size(image, one) >= 0).count();
      sum += having * (double) Math.max(0, size(image, node)) / all.size();
    }
    double most = 1000.0 * (1 << 20) * shape.images().size();
    double least = 23.0 * (1 << 20);
    return (long)
        (100 * (Math.floor(Math.min(most, Math.max(least, sum))) - least) / (most - least));
  }

  private static long size(String image, Node node) {
    return node.status().images().stream()
        .filter(one -> one.names().contains(image))
        .mapToLong(Node.Image::sizeBytes)
        .findFirst()
        .orElse(-1);
  }

  private static long cost(ScoreWeights taste, NodeState node, List<PodShape> shapes) {
    long cpu = node.scoredCpu() + shapes.stream().mapToLong(PodShape::scoredCpu).sum();
    long memory = node.scoredMemory() + shapes.stream().mapToLong(PodShape::scoredMemory).sum();
    long cpuLoad = (long) (cpu * (65536.0 / node.allocatable(0)));
    long memoryLoad = (long) (memory * (65536.0 / node.allocatable(1)));
    boolean used = node.pods() + shapes.size() > 0;
    return (taste.leastAllocated() - taste.mostAllocated())
            * (cpuLoad * cpuLoad + memoryLoad * memoryLoad)
        + taste.balancedAllocation() * (cpuLoad - memoryLoad) * (cpuLoad - memoryLoad)
        + (used ? taste.newNode() * (1L << 33) : 0);
  }
}
