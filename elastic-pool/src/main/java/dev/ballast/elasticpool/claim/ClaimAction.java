package dev.ballast.elasticpool.claim;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.resource.ObjectKey;
import java.util.List;

/** What the life of claims wants of the world outside of the store, as data. */
sealed interface ClaimAction extends Action.Outside {

  /** Ask for the claim's machine, under the claim's uid, and record it. */
  record Launch(ObjectKey claim, NodeClassRef nodeClass, MachineSpec machine)
      implements ClaimAction {}

  /** End the claim's machine once nobody on it is waited for, and record that. */
  record End(Cached<NodeClaim> claim) implements ClaimAction {}

  /** Have a pod go, if its budgets let it go now. */
  record Evict(PodRef pod) implements ClaimAction {}

  /**
   * Compare claims and machines.
   *
   * @param launched claims that had their machine before the machines are listed
   */
  record Sweep(List<Cached<NodeClaim>> launched) implements ClaimAction {
    public Sweep {
      launched = List.copyOf(launched);
    }
  }
}
