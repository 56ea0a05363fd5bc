package dev.ballast.elasticpool.claim;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.pool.Machine;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What does not belong together any more: machines that no claim asked for, claims whose machine is
 * gone, nodes of machines whose claim is gone.
 *
 * @param actions on claims and nodes
 * @param machines to be ended
 */
record Leftovers(List<Action> actions, List<Machine> machines) {

  /**
   * The order of looking matters, for claims and machines come and go meanwhile. Pure.
   *
   * @param launched the provider's claims that had their machine before {@code machines} was asked
   *     for
   * @param nodes as they were before {@code claims} was asked for
   * @param claims all claims, read after the rest
   */
  static Leftovers of(
      List<Cached<NodeClaim>> launched,
      List<Machine> machines,
      List<Cached<Node>> nodes,
      List<Cached<NodeClaim>> claims,
      Now now) {
    Set<String> there = machines.stream().map(Machine::id).collect(Collectors.toSet());
    Set<String> lost =
        launched.stream()
            .filter(claim -> claim.value().isLaunched())
            .filter(claim -> !there.contains(claim.value().status().providerID()))
            .map(claim -> claim.value().metadata().uid())
            .collect(Collectors.toSet());
    List<Action> actions = new ArrayList<>();
    for (Cached<NodeClaim> claim : claims) {
      if (lost.contains(claim.value().metadata().uid()) && !claim.value().isEnded()) {
        actions.add(gone(claim, now));
      }
    }
    Set<String> claimed =
        claims.stream()
            .map(claim -> claim.value().status().providerID())
            .collect(Collectors.toSet());
    nodes.stream()
        .filter(node -> isOurs(node.value().metadata(), node.value().spec()))
        .filter(node -> !claimed.contains(node.value().spec().providerID()))
        .forEach(node -> actions.addAll(Termination.withoutNode(node)));
    Set<String> uids =
        claims.stream().map(claim -> claim.value().metadata().uid()).collect(Collectors.toSet());
    return new Leftovers(
        actions,
        machines.stream().filter(machine -> !uids.contains(machine.spec().token())).toList());
  }

  /** The claim goes once this is known of it, and its pool makes another. */
  private static Action gone(Cached<NodeClaim> claim, Now now) {
    return new ClaimStatus(claim.value(), now)
        .gone(claim.value().status().providerID())
        .patch(claim.key(), claim.revision());
  }

  private static boolean isOurs(ObjectMeta metadata, Node.Spec spec) {
    return !spec.providerID().isEmpty()
        && (metadata.finalizers().contains(Karpenter.FINALIZER)
            || spec.taints().stream()
                .anyMatch(one -> Registration.same(one, Karpenter.UNREGISTERED)));
  }
}
