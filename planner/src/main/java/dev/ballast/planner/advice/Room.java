package dev.ballast.planner.advice;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.placement.PodShape;
import dev.ballast.planner.advice.Change.EvictPod;
import dev.ballast.planner.advice.Change.FreeResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a pod lacks nothing but room, and what would make room: amounts freed, or pods evicted. Its
 * proposals are tried by others. One thread, the snapshot's.
 */
final class Room {

  private static final int NODES = 3;
  private static final int MOST_SHORT = 3;
  private static final int MOST_VICTIMS = 4;
  private static final int MOST_OCCUPANTS = 256;

  /** Those that it costs least to lose come last. */
  private static final Comparator<PodView> BY_WORTH =
      Comparator.comparingInt(PodView::priority)
          .reversed()
          .thenComparing(PodView::started)
          .thenComparing(PodView::created)
          .thenComparing(pod -> pod.ref().key());

  private final ClusterSnapshot snapshot;

  Room(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** The nodes that accept the pod, those first where least is missing. */
  private List<NodeState> near(PodView pod) {
    return snapshot.nodes().stream()
        .filter(NodeState::exists)
        .filter(node -> pod.shape().rules().refusal(node.node().orElseThrow()).isEmpty())
        .sorted(
            Comparator.comparingDouble((NodeState node) -> missing(pod.shape(), node))
                .thenComparing(NodeState::name))
        .limit(NODES)
        .toList();
  }

  /** The greatest shortage, as a share of what is asked. */
  private static double missing(PodShape shape, NodeState node) {
    double most = 0;
    for (int resource : shape.asked()) {
      double lacks = shape.amounts()[resource] - node.free(resource);
      most = Math.max(most, lacks / shape.amounts()[resource]);
    }
    return most;
  }

  /**
   * Amounts to free, by node; none of GPUs, of which a sum says nothing about any one device: who
   * would have to go is the advice there.
   */
  List<List<Change>> freed(PodView pod) {
    List<List<Change>> sets = new ArrayList<>();
    for (NodeState node : near(pod)) {
      List<Change> changes = new ArrayList<>();
      boolean device = false;
      boolean there = true;
      for (int resource : pod.shape().asked()) {
        long lacks = pod.shape().amounts()[resource] - node.free(resource);
        if (lacks > 0) {
          String name = snapshot.names().name(resource);
          device |= name.equals(GpuDemand.WHOLE) || name.equals(GpuDemand.SHARE);
          there &= lacks <= held(node, resource, pod.gang());
          changes.add(new FreeResource(node.name(), name, lacks));
        }
      }
      if (!changes.isEmpty() && changes.size() <= MOST_SHORT && there && !device) {
        sets.add(changes);
      }
    }
    return sets;
  }

  /** What others than that gang have of it there: no more can be freed. */
  static long held(NodeState node, int resource, String gang) {
    return node.occupants().stream()
        .filter(one -> gang.isEmpty() || !one.gang().equals(gang))
        .mapToLong(one -> Amounts.at(one.shape().amounts(), resource))
        .sum();
  }

  /** Pods to evict, by node: all are taken away, then all are put back that need not go. */
  List<List<Change>> evicted(PodView pod) {
    List<List<Change>> sets = new ArrayList<>();
    for (NodeState node : near(pod)) {
      List<PodView> victims = victims(pod, node);
      if (!victims.isEmpty() && victims.size() <= MOST_VICTIMS) {
        List<Change> changes = new ArrayList<>();
        for (PodView one : victims) {
          changes.add(
              new EvictPod(one.ref().key().namespace(), one.ref().key().name(), node.name()));
        }
        sets.add(changes);
      }
    }
    return sets;
  }

  /** Never those that are placed together with it. */
  private List<PodView> victims(PodView pod, NodeState node) {
    List<PodView> there =
        node.occupants().stream()
            .filter(one -> !one.deleting())
            .filter(one -> one.gang().isEmpty() || !one.gang().equals(pod.gang()))
            .sorted(BY_WORTH)
            .toList();
    if (there.isEmpty() || there.size() > MOST_OCCUPANTS) {
      return List.of();
    }
    there.forEach(one -> snapshot.podRemoved(one.ref().key()));
    List<PodView> victims = new ArrayList<>();
    boolean helps = fits(pod.shape(), node);
    for (PodView one : there) {
      snapshot.restore(one);
      if (helps && !fits(pod.shape(), node)) {
        snapshot.podRemoved(one.ref().key());
        victims.add(one);
      }
    }
    victims.forEach(snapshot::restore);
    return victims;
  }

  private boolean fits(PodShape shape, NodeState node) {
    return node.hasRoomFor(shape, List.of())
        && node.devices().fits(shape.gpu())
        && (shape.claims().isEmpty()
            || snapshot.volumes().refusal(shape, node.node().orElseThrow()).isEmpty())
        && snapshot.relations().bonds(shape).refusal(node, Bonds.Scope.ALL) == null;
  }
}
