package dev.ballast.control.node;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.node.Heartbeats.Lease;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.List;

/**
 * Removes the lease of a node that is gone, once nobody renews it any more: an agent renews before
 * its node is registered, and while it is registered anew. A renewal that comes in between wins,
 * for the deletion names the version it saw. Pure.
 */
final class LeftLeases implements Reconciler<LeftLeases.View> {

  /**
   * @param renewed when the last renewal (or the node's end) was seen here
   */
  record View(Cached<Lease> lease, boolean hasNode, Now renewed) {}

  private final Duration grace;

  LeftLeases(Duration grace) {
    this.grace = grace;
  }

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    if (view.hasNode()) {
      return Decision.nothing();
    }
    Duration left = grace.minus(now.since(view.renewed()));
    if (left.isPositive()) {
      return Decision.<Action>nothing().andCheckAgain(left);
    }
    Cached<Lease> lease = view.lease();
    return Decision.of(
        List.of(
            new Action.Delete(
                lease.key(),
                DeleteOptions.ofUid(lease.value().metadata().uid()),
                lease.revision())));
  }
}
