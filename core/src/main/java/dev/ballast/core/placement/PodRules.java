package dev.ballast.core.placement;

import dev.ballast.core.model.Pod;
import dev.ballast.core.model.PodSpec.Affinity;
import dev.ballast.core.model.PodSpec.PodAffinity;
import dev.ballast.core.model.PodSpec.PodAffinityTerm;
import dev.ballast.core.model.PodSpec.SpreadConstraint;
import dev.ballast.core.model.PodSpec.WeightedPodTerm;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.selector.LabelSelector.Operator;
import dev.ballast.core.selector.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pod asks of the other pods around it: affinity, anti-affinity and topology spread, with
 * the pod's own namespace and label values filled in. (Kubernetes documentation: "Assigning Pods to
 * Nodes", "Pod Topology Spread Constraints".)
 *
 * @param required near such pods
 * @param forbidden away from such pods
 * @param preferred more or less welcome; constraints of mode ScheduleAnyway count here too
 * @param spread constraints of mode DoNotSchedule
 */
public record PodRules(
    List<PodTerm> required,
    List<PodTerm> forbidden,
    List<PodTerm.Weighted> preferred,
    List<SpreadRule> spread) {

  public static final PodRules NONE = new PodRules(List.of(), List.of(), List.of(), List.of());

  /** As strong as the strongest preferred anti-affinity. */
  private static final int SPREAD_WEIGHT = -100;

  public static PodRules of(Pod pod, NodeRules nodes) {
    Affinity affinity = pod.spec().affinity();
    List<SpreadConstraint> spread = pod.spec().topologySpreadConstraints();
    boolean social =
        affinity != null && (affinity.podAffinity() != null || affinity.podAntiAffinity() != null);
    if (!social && spread.isEmpty()) {
      return NONE;
    }
    PodAffinity near = affinity == null ? null : affinity.podAffinity();
    PodAffinity away = affinity == null ? null : affinity.podAntiAffinity();
    List<PodTerm.Weighted> preferred = new ArrayList<>();
    preferred.addAll(weighted(near, pod, 1));
    preferred.addAll(weighted(away, pod, -1));
    for (SpreadConstraint one : spread) {
      if (!isHard(one)) {
        preferred.add(
            new PodTerm.Weighted(
                new PodTerm(spreadSelector(one, pod), one.topologyKey()), SPREAD_WEIGHT, true));
      }
    }
    return new PodRules(
        terms(near, pod),
        terms(away, pod),
        preferred.stream().distinct().toList(),
        rules(spread, pod, nodes));
  }

  private static boolean isHard(SpreadConstraint constraint) {
    return constraint.whenUnsatisfiable().equals("DoNotSchedule");
  }

  private static List<PodTerm> terms(PodAffinity affinity, Pod pod) {
    return affinity == null
        ? List.of()
        : affinity.requiredDuringSchedulingIgnoredDuringExecution().stream()
            .map(term -> term(term, pod))
            .distinct()
            .toList();
  }

  private static List<PodTerm.Weighted> weighted(PodAffinity affinity, Pod pod, int sign) {
    return affinity == null
        ? List.of()
        : affinity.preferredDuringSchedulingIgnoredDuringExecution().stream()
            .filter(one -> one.podAffinityTerm() != null && one.weight() != 0)
            .map((WeightedPodTerm one) -> weighted(one, pod, sign))
            .toList();
  }

  private static PodTerm.Weighted weighted(WeightedPodTerm one, Pod pod, int sign) {
    return new PodTerm.Weighted(term(one.podAffinityTerm(), pod), sign * one.weight(), false);
  }

  private static PodTerm term(PodAffinityTerm term, Pod pod) {
    boolean own = term.namespaces().isEmpty() && term.namespaceSelector() == null;
    LabelSelector labels = term.labelSelector();
    if (labels != null) {
      labels = with(labels, term.matchLabelKeys(), Operator.IN, pod);
      labels = with(labels, term.mismatchLabelKeys(), Operator.NOT_IN, pod);
    }
    return new PodTerm(
        new PodSelector(
            own ? Set.of(pod.metadata().namespace()) : Set.copyOf(term.namespaces()),
            term.namespaceSelector(),
            labels),
        term.topologyKey());
  }

  private static List<SpreadRule> rules(List<SpreadConstraint> all, Pod pod, NodeRules nodes) {
    Set<String> keys = new TreeSet<>();
    all.stream().filter(PodRules::isHard).forEach(one -> keys.add(one.topologyKey()));
    return all.stream().filter(PodRules::isHard).map(one -> rule(one, keys, pod, nodes)).toList();
  }

  private static SpreadRule rule(SpreadConstraint one, Set<String> keys, Pod pod, NodeRules nodes) {
    return new SpreadRule(
        spreadSelector(one, pod),
        one.topologyKey(),
        one.maxSkew(),
        one.minDomains() == null ? 1 : one.minDomains(),
        new SpreadRule.Domains(
            keys,
            one.nodeAffinityPolicy().equals("Honor") ? nodes.onlySelection() : null,
            one.nodeTaintsPolicy().equals("Honor") ? nodes.onlyTolerations() : null));
  }

  private static PodSelector spreadSelector(SpreadConstraint one, Pod pod) {
    LabelSelector labels = one.labelSelector();
    return PodSelector.in(
        pod.metadata().namespace(),
        labels == null ? null : with(labels, one.matchLabelKeys(), Operator.IN, pod));
  }

  /** Keys that the pod does not have are ignored. */
  private static LabelSelector with(
      LabelSelector selector, List<String> keys, Operator operator, Pod pod) {
    Map<String, String> labels = pod.metadata().labels();
    List<Requirement> all = new ArrayList<>(selector.requirements());
    for (String key : keys) {
      if (labels.containsKey(key)) {
        Requirement own = new Requirement(key, operator, List.of(labels.get(key)));
        if (!all.contains(own)) {
          all.add(own);
        }
      }
    }
    return all.size() == selector.requirements().size() ? selector : new LabelSelector(all);
  }
}
