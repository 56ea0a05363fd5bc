package dev.ballast.planner.solve;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.placement.NodeRules;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.plan.Plan.Unplaced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says for a pod that found no place how many nodes refused it and why, in kube-scheduler's words
 * and order of looking: the node's own properties, then host ports, then resources (each short one
 * counts). Siblings share one answer, pods with like rules share the first part of it: a full
 * cluster asks for hundreds at a time. For one plan, on one thread.
 */
final class Refusals {

  private static final Refusal PORTS =
      new Refusal(Rule.NODE_PORTS, "node(s) didn't have free ports for the requested pod ports");

  private static final Refusal SPARED =
      new Refusal(Rule.DEVICE_SHARE, "node(s) keep their GPUs for pods that spoil less of them");

  /** What a set of rules says of all nodes. */
  private record Judgement(Map<Refusal, Integer> refusals, List<NodeState> accepted) {}

  private final ClusterSnapshot snapshot;
  private final Map<NodeState, Tally> taken = new IdentityHashMap<>();
  private final Map<NodeRules, Judgement> judged = new HashMap<>();
  private final Map<PodShape, Map<Refusal, Integer>> known = new HashMap<>();

  /**
   * @param placed what the plan itself places, for that room is gone
   */
  Refusals(ClusterSnapshot snapshot, List<Assignment> placed) {
    this.snapshot = snapshot;
    placed.forEach(
        one ->
            taken
                .computeIfAbsent(one.getNode(), Tally::new)
                .change(one.pod().shape(), one.taste(), 1));
  }

  Unplaced explain(PodView pod) {
    return new Unplaced(
        pod.ref(), snapshot.nodeCount(), known.computeIfAbsent(pod.shape(), this::count));
  }

  private Map<Refusal, Integer> count(PodShape shape) {
    Judgement judgement = judged.computeIfAbsent(shape.rules(), this::judge);
    int[] asked = shape.asked();
    int[] shortNodes = new int[asked.length];
    int withoutPorts = 0;
    int withoutDevices = 0;
    Bonds bonds = snapshot.relations().bonds(shape);
    Map<Refusal, Integer> unsocial = new HashMap<>();
    for (NodeState node : judgement.accepted()) {
      Tally tally = taken.get(node);
      boolean enough = true;
      for (int i = 0; i < asked.length; i++) {
        long free = node.free(asked[i]) - (tally == null ? 0 : tally.added(asked[i]));
        if (shape.amounts()[asked[i]] > free) {
          shortNodes[i]++;
          enough = false;
        }
      }
      if (enough && !node.devices().fits(shape.gpu())) {
        withoutDevices++;
        continue;
      }
      if (enough && !shape.ports().isEmpty() && !portsFree(shape, node, tally)) {
        withoutPorts++;
      } else if (enough) {
        if (!shape.claims().isEmpty()) {
          Optional<Refusal> volumes = snapshot.volumes().refusal(shape, node.node().orElseThrow());
          if (volumes.isPresent()) {
            unsocial.merge(volumes.get(), 1, Integer::sum);
            continue;
          }
        }
        Bonds.Refusal refusal = bonds.refusal(node, Bonds.Scope.ALL);
        if (refusal != null) {
          unsocial.merge(refusal.words(), 1, Integer::sum);
        }
      }
    }
    Map<Refusal, Integer> counts = new HashMap<>(judgement.refusals());
    for (int i = 0; i < asked.length; i++) {
      put(counts, insufficient(asked[i]), shortNodes[i]);
    }
    put(counts, PORTS, withoutPorts);
    put(counts, insufficient(shape.gpu()), withoutDevices);
    counts.putAll(unsocial);
    if (counts.isEmpty()) {
      counts.put(SPARED, snapshot.nodeCount());
    }
    return counts;
  }

  private static boolean portsFree(PodShape shape, NodeState node, Tally tally) {
    return tally == null ? node.hasFree(shape.ports()) : tally.takes(shape);
  }

  private static void put(Map<Refusal, Integer> counts, Refusal reason, int nodes) {
    if (nodes > 0) {
      counts.merge(reason, nodes, Integer::sum);
    }
  }

  private Judgement judge(NodeRules rules) {
    Map<Refusal, Integer> refusals = new HashMap<>();
    List<NodeState> accepted = new ArrayList<>();
    for (NodeState node : snapshot.nodes()) {
      if (node.exists()) {
        Optional<Refusal> refusal = rules.refusal(node.node().orElseThrow());
        refusal.ifPresentOrElse(
            reason -> refusals.merge(reason, 1, Integer::sum), () -> accepted.add(node));
      }
    }
    return new Judgement(refusals, accepted);
  }

  private static Refusal insufficient(GpuDemand gpu) {
    boolean whole = gpu.percent() == GpuDemand.FULL;
    return new Refusal(
        whole ? Rule.NODE_RESOURCES_FIT : Rule.DEVICE_SHARE,
        "Insufficient " + (whole ? GpuDemand.WHOLE : GpuDemand.SHARE));
  }

  private Refusal insufficient(int resource) {
    return new Refusal(
        Rule.NODE_RESOURCES_FIT,
        resource == ResourceNames.PODS
            ? "Too many pods"
            : "Insufficient " + snapshot.names().name(resource));
  }
}
