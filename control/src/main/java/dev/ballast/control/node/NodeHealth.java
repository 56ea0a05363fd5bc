package dev.ballast.control.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One node: conditions become Unknown when it has been silent for the grace period, and the taints
 * of effect NoSchedule follow its condition and {@code spec.unschedulable}. When it is well again
 * its NoExecute taints go too; putting those on is {@link EvictionPace}'s, which sees all nodes.
 * Pure.
 */
final class NodeHealth implements Reconciler<NodeView> {

  private static final List<String> REPORTED =
      List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready");

  private final Duration grace;

  /**
   * @param grace silence that is still no cause for alarm
   */
  NodeHealth(Duration grace) {
    this.grace = grace;
  }

  @Override
  public Decision<Action> reconcile(NodeView view, Now now) {
    Node node = view.node().value();
    if (node.metadata().isDeleting()) {
      return Decision.nothing();
    }
    Duration silent = now.since(view.lastHeard());
    boolean dead = silent.compareTo(grace) >= 0;
    Duration next = dead ? grace : grace.minus(silent);
    boolean known = node.condition("Ready").map(c -> c.status().equals("Unknown")).orElse(false);
    if (dead && !known) {
      return Decision.of(declareUnknown(view, now)).andCheckAgain(next);
    }
    String at = Rfc3339.text(now.wall());
    List<Taint> taints = Taints.withNoSchedule(node, at);
    Node changed = new Node(node.metadata(), withTaints(node, taints), node.status());
    Optional<String> needed = Taints.byReadiness(node);
    if (needed.isEmpty()) {
      taints = Taints.withNoExecute(changed, Optional.empty(), at);
    }
    return taints.equals(node.spec().taints())
        ? Decision.<Action>nothing().andCheckAgain(next)
        : Decision.of(List.of(Taints.patch(view.node(), taints))).andCheckAgain(next);
  }

  private static Node.Spec withTaints(Node node, List<Taint> taints) {
    return new Node.Spec(node.spec().unschedulable(), taints, node.spec().providerID());
  }

  private static List<Action> declareUnknown(NodeView view, Now now) {
    Node node = view.node().value();
    List<Condition> conditions = node.status().conditions();
    for (String type : REPORTED) {
      boolean reported = Conditions.find(conditions, type).isPresent();
      conditions =
          Conditions.with(
              conditions,
              type,
              "Unknown",
              reported ? "NodeStatusUnknown" : "NodeStatusNeverUpdated",
              reported
                  ? "Kubelet stopped posting node status."
                  : "Kubelet never posted node status.",
              now);
    }
    ObjectNode patch = Json.object();
    patch.putObject("status").set("conditions", Conditions.node(conditions));
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.Patch(view.node().key(), view.node().revision(), "status", patch));
    actions.add(
        new Action.Tell(
            view.node().key(),
            node.metadata().uid(),
            EventType.NORMAL,
            "NodeNotReady",
            "Node " + view.node().key().name() + " status is now: NodeNotReady"));
    return actions;
  }
}
