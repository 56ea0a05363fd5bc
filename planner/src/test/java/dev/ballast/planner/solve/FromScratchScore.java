package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.PodTerm;
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
      soft -= (1L << 28) * shape.rules().dislike(properties);
      added.computeIfAbsent(node, n -> new ArrayList<>()).add(shape);
      Placed placed = new Placed(shape, properties);
      soft -= (1L << 28) * keyless(placed);
      for (Placed other : there) {
        hard -= apart(placed, other) + apart(other, placed);
        soft += 2 * (1L << 28) * (liking(placed, other) + liking(other, placed));
      }
      there.add(placed);
    }
    for (Map.Entry<NodeState, List<PodShape>> entry : added.entrySet()) {
      hard -= broken(entry.getKey(), entry.getValue());
      soft -= cost(entry.getKey(), entry.getValue()) - cost(entry.getKey(), List.of());
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

  private long liking(Placed one, Placed other) {
    return one.shape().company().preferred().stream()
        .filter(weighted -> holds(weighted.term(), one, other))
        .mapToLong(PodTerm.Weighted::weight)
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

  private static long cost(NodeState node, List<PodShape> shapes) {
    long cpu = node.scoredCpu() + shapes.stream().mapToLong(PodShape::scoredCpu).sum();
    long memory = node.scoredMemory() + shapes.stream().mapToLong(PodShape::scoredMemory).sum();
    long cpuLoad = (long) (cpu * (65536.0 / node.allocatable(0)));
    long memoryLoad = (long) (memory * (65536.0 / node.allocatable(1)));
    return cpuLoad * cpuLoad + memoryLoad * memoryLoad;
  }
}
