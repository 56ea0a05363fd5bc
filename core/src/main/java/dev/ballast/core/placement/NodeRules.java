package dev.ballast.core.placement;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.model.PodSpec;
import dev.ballast.core.model.PodSpec.NodeAffinity;
import dev.ballast.core.model.PodSpec.NodeRequirement;
import dev.ballast.core.model.PodSpec.NodeSelector;
import dev.ballast.core.model.PodSpec.NodeSelectorTerm;
import dev.ballast.core.model.PodSpec.PreferredTerm;
import dev.ballast.core.model.PodSpec.Toleration;
import dev.ballast.core.placement.Refusal.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which nodes a pod accepts and prefers, by the node's own properties (not by what runs there).
 * Equal rules are one class of pods to the planner.
 *
 * @param required null when the pod requires no affinity
 */
public record NodeRules(
    Map<String, String> nodeSelector,
    NodeSelector required,
    List<PreferredTerm> preferred,
    List<Toleration> tolerations) {

  private static final Taint CORDON =
      new Taint("node.kubernetes.io/unschedulable", "", "NoSchedule", "");

  public static NodeRules of(PodSpec spec) {
    NodeAffinity affinity = spec.affinity() == null ? null : spec.affinity().nodeAffinity();
    return new NodeRules(
        spec.nodeSelector(),
        affinity == null ? null : affinity.requiredDuringSchedulingIgnoredDuringExecution(),
        affinity == null
            ? List.of()
            : affinity.preferredDuringSchedulingIgnoredDuringExecution().stream()
                .filter(term -> term.preference() != null && !NodeMatch.isEmpty(term.preference()))
                .toList(),
        spec.tolerations());
  }

  /** Why the pod may not run there, in kube-scheduler's order; empty when it may. */
  public Optional<Refusal> refusal(Node node) {
    if (node.spec().unschedulable() && !tolerates(CORDON)) {
      return Optional.of(new Refusal(Rule.NODE_UNSCHEDULABLE, "node(s) were unschedulable"));
    }
    for (Taint taint : node.spec().taints()) {
      if (!taint.effect().equals("PreferNoSchedule") && !tolerates(taint)) {
        return Optional.of(
            new Refusal(
                Rule.TAINT_TOLERATION,
                "node(s) had untolerated taint {" + taint.key() + ": " + taint.value() + "}"));
      }
    }
    if (!selects(node)) {
      return Optional.of(
          new Refusal(Rule.NODE_AFFINITY, "node(s) didn't match Pod's node affinity/selector"));
    }
    return Optional.empty();
  }

  /** The same with kube-scheduler's default weights. */
  public long dislike(Node node) {
    return dislike(node, ScoreWeights.SPREAD);
  }

  /**
   * How little the pod likes the node: 0 where all that it prefers is there. Affinity counts from 0
   * to 100, the share of the preferred weight that the node misses, each PreferNoSchedule taint
   * that is not tolerated 100; both times their weights.
   */
  public long dislike(Node node, ScoreWeights weights) {
    long total = 0;
    long missed = 0;
    for (PreferredTerm term : preferred) {
      total += term.weight();
      missed += NodeMatch.matches(term.preference(), node) ? 0 : term.weight();
    }
    long dislike = total == 0 ? 0 : weights.nodeAffinity() * (100 * missed / total);
    for (Taint taint : node.spec().taints()) {
      dislike +=
          taint.effect().equals("PreferNoSchedule") && !tolerates(taint)
              ? 100L * weights.taintToleration()
              : 0;
    }
    return dislike;
  }

  /** The one node that the pod can run on, where the rules name it (daemon pods do). */
  public Optional<String> onlyNode() {
    if (required == null || required.nodeSelectorTerms().size() != 1) {
      return Optional.empty();
    }
    NodeSelectorTerm term = required.nodeSelectorTerms().getFirst();
    for (NodeRequirement field : term.matchFields()) {
      if (field.key().equals("metadata.name")
          && field.operator().equals("In")
          && field.values().size() == 1) {
        return Optional.of(field.values().getFirst());
      }
    }
    return Optional.empty();
  }

  /** Do node selector and required affinity allow the node? */
  public boolean selects(Node node) {
    return matchesSelector(node) && (required == null || NodeMatch.matches(required, node));
  }

  /** The part of the rules that {@link #selects} reads. */
  NodeRules onlySelection() {
    return new NodeRules(nodeSelector, required, List.of(), List.of());
  }

  /** The part of the rules that {@link #tolerates} reads. */
  NodeRules onlyTolerations() {
    return new NodeRules(Map.of(), null, List.of(), tolerations);
  }

  private boolean matchesSelector(Node node) {
    for (Map.Entry<String, String> wanted : nodeSelector.entrySet()) {
      if (!wanted.getValue().equals(node.metadata().labels().get(wanted.getKey()))) {
        return false;
      }
    }
    return true;
  }

  boolean tolerates(Taint taint) {
    for (Toleration toleration : tolerations) {
      if (toleration.tolerates(taint)) {
        return true;
      }
    }
    return false;
  }
}
