package dev.ballast.control.plan;

import dev.ballast.control.plan.Applied.Dropped;
import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does a plan's binding hold on this state, beside the plan's bindings that were let through before
 * it? Those are shown in the snapshot's relations until {@link #close}; nothing else is changed.
 * For one plan.
 */
final class PlanCheck implements AutoCloseable {

  private final ClusterSnapshot state;
  private final Map<String, List<PodShape>> admitted = new HashMap<>();
  private final Set<PodRef> bound = new HashSet<>();
  private final List<Shown> shown = new ArrayList<>();
  private final Relations relations;

  private record Shown(PodShape shape, NodeState node, List<Integer> devices) {}

  PlanCheck(ClusterSnapshot state) {
    this.state = state;
    this.relations = state.relations();
  }

  @Override
  public void close() {
    state.volumes().forgetPromises();
    for (Shown one : shown) {
      relations.reserve(one.shape(), one.node(), -1);
      state.volumes().use(one.shape(), -1);
      one.node().devices().take(one.devices(), -one.shape().gpu().percent());
    }
  }

  /** Empty when the binding holds: its room counts as taken from now on. */
  Optional<Dropped> objection(Plan.Binding binding) {
    PodView pod = state.pod(binding.pod().key()).orElse(null);
    if (pod == null || !pod.ref().equals(binding.pod())) {
      return dropped(binding, Reason.POD_GONE, "the pod is gone");
    }
    if (bound.contains(binding.pod())) {
      return dropped(binding, Reason.POD_NOT_WAITING, "the plan binds the pod twice");
    }
    if (!pod.waiting()) {
      String now = pod.node().isEmpty() ? "is held back, ended or deleted" : "is on " + pod.node();
      return dropped(binding, Reason.POD_NOT_WAITING, "the pod does not wait: it " + now);
    }
    NodeState node = state.node(binding.node()).filter(NodeState::exists).orElse(null);
    if (node == null) {
      return dropped(binding, Reason.NODE_GONE, "there is no node " + binding.node());
    }
    Optional<Refusal> refusal = pod.shape().rules().refusal(node.node().orElseThrow());
    if (refusal.isPresent()) {
      return dropped(binding, Reason.NODE_REFUSES, binding.node() + ": " + refusal.get().message());
    }
    List<PodShape> beside = admitted.computeIfAbsent(binding.node(), n -> new ArrayList<>());
    if (!node.hasRoomFor(pod.shape(), beside)
        || !node.devices().fits(pod.shape().gpu(), binding.devices())) {
      return dropped(binding, Reason.NO_ROOM, "others took the room on " + binding.node());
    }
    Optional<Refusal> volumes =
        pod.shape().claims().isEmpty()
            ? Optional.empty()
            : state.volumes().refusal(pod.shape(), node.node().orElseThrow());
    if (volumes.isPresent()) {
      return dropped(binding, Reason.NODE_REFUSES, binding.node() + ": " + volumes.get().message());
    }
    Bonds.Refusal unsocial = relations.bonds(pod.shape()).refusal(node, Bonds.Scope.ALL);
    if (unsocial != null) {
      return dropped(
          binding, Reason.NODE_REFUSES, binding.node() + ": " + unsocial.words().message());
    }
    beside.add(pod.shape());
    bound.add(binding.pod());
    relations.reserve(pod.shape(), node, 1);
    state.volumes().use(pod.shape(), 1);
    node.devices().take(binding.devices(), pod.shape().gpu().percent());
    shown.add(new Shown(pod.shape(), node, binding.devices()));
    return Optional.empty();
  }

  private static Optional<Dropped> dropped(Plan.Binding binding, Reason reason, String message) {
    return Optional.of(new Dropped(binding, reason, message));
  }
}
