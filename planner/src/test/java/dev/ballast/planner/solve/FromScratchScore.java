package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.PodShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import org.optaplanner.core.api.score.calculator.EasyScoreCalculator;

/** The score by its definition, from nothing, without tallies or deltas. */
public final class FromScratchScore
    implements EasyScoreCalculator<Placement, HardMediumSoftLongScore> {

  @Override
  public HardMediumSoftLongScore calculateScore(Placement placement) {
    long hard = 0;
    long medium = 0;
    long soft = 0;
    Map<NodeState, List<PodShape>> added = new LinkedHashMap<>();
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
    }
    for (Map.Entry<NodeState, List<PodShape>> entry : added.entrySet()) {
      hard -= broken(entry.getKey(), entry.getValue());
      soft -= cost(entry.getKey(), entry.getValue()) - cost(entry.getKey(), List.of());
    }
    return HardMediumSoftLongScore.of(hard, medium, soft);
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
