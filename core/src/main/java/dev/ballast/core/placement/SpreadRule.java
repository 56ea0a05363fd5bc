package dev.ballast.core.placement;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import java.util.Set;

/**
 * A topology spread constraint that must hold (DoNotSchedule): no domain may have more than {@code
 * maxSkew} such pods more than the domain that has least.
 *
 * @param minDomains with fewer domains than this the least counts as 0
 */
public record SpreadRule(
    PodSelector selector, String topologyKey, int maxSkew, int minDomains, Domains domains) {

  /**
   * Which nodes take part in a constraint: those with all topology keys of the pod's constraints,
   * and as its inclusion policies say.
   *
   * @param affinity the pod's rules where nodeAffinityPolicy is Honor, else null
   * @param taints the pod's rules where nodeTaintsPolicy is Honor, else null
   */
  public record Domains(Set<String> keys, NodeRules affinity, NodeRules taints) {

    public Domains {
      keys = Set.copyOf(keys);
    }

    public boolean include(Node node) {
      return node.metadata().labels().keySet().containsAll(keys)
          && (affinity == null || affinity.selects(node))
          && (taints == null || node.spec().taints().stream().allMatch(this::harmless));
    }

    private boolean harmless(Taint taint) {
      return taint.effect().equals("PreferNoSchedule") || taints.tolerates(taint);
    }
  }
}
