package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.plan.Plan.Unplaced;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says for a pod that found no place how many nodes refused it and why, in kube-scheduler's words
 * and order of looking: the node's own properties, then host ports, then resources (each short one
 * counts). Siblings share one answer. For one plan, on one thread.
 */
final class Refusals {

  private final ClusterSnapshot snapshot;
  private final Map<NodeState, Tally> taken = new HashMap<>();
  private final Map<PodShape, Map<String, Integer>> known = new HashMap<>();

  /**
   * @param placed what the plan itself places, for that room is gone
   */
  Refusals(ClusterSnapshot snapshot, List<Assignment> placed) {
    this.snapshot = snapshot;
    placed.forEach(
        one -> taken.computeIfAbsent(one.getNode(), Tally::new).change(one.pod().shape(), 1));
  }

  Unplaced explain(PodView pod) {
    return new Unplaced(
        pod.ref(), snapshot.nodeCount(), known.computeIfAbsent(pod.shape(), this::count));
  }

  private Map<String, Integer> count(PodShape shape) {
    Map<String, Integer> counts = new HashMap<>();
    for (NodeState node : snapshot.nodes()) {
      if (node.exists()) {
        refusals(shape, node).forEach(reason -> counts.merge(reason, 1, Integer::sum));
      }
    }
    return counts;
  }

  private List<String> refusals(PodShape shape, NodeState node) {
    Optional<String> refusal = shape.rules().refusal(node.node().orElseThrow());
    if (refusal.isPresent()) {
      return List.of(refusal.get());
    }
    Tally tally = taken.getOrDefault(node, new Tally(node));
    List<Integer> missing = tally.shortOf(shape);
    if (missing.isEmpty()) {
      return tally.takes(shape)
          ? List.of()
          : List.of("node(s) didn't have free ports for the requested pod ports");
    }
    return missing.stream().map(this::insufficient).toList();
  }

  private String insufficient(int resource) {
    return resource == ResourceNames.PODS
        ? "Too many pods"
        : "Insufficient " + snapshot.names().name(resource);
  }
}
