package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The life of a claim, one step a round: launched (it has a machine) ▸ registered (the machine's
 * node is there, with the claim's labels and taints) ▸ initialized (the node is ready for pods).
 * {@link Termination} takes it from there. Every step is recorded in the claim or its node, and is
 * taken again if that record is missing; a machine is asked for under the claim's uid, so that
 * asking twice gives the same one. Pure.
 */
final class ClaimReconciler implements Reconciler<ClaimReconciler.View> {

  /** A machine that is no node by then will not become one. */
  static final Duration REGISTRATION = Duration.ofMinutes(15);

  /** No timer runs for years. */
  private static final Duration LONGEST_SLEEP = Duration.ofDays(1);

  /**
   * @param nodes that say they are the claim's machine
   * @param pods on them
   * @param provided whether a provider knows the claim's kind of class
   */
  record View(
      Cached<NodeClaim> claim,
      List<Cached<Node>> nodes,
      List<Cached<Pod>> pods,
      boolean provided,
      Optional<Failure> refusal) {

    /** The machine's node. Where two say that they are it, neither is believed. */
    Optional<Cached<Node>> node() {
      return nodes.size() == 1 ? Optional.of(nodes.getFirst()) : Optional.empty();
    }
  }

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    NodeClaim claim = view.claim().value();
    if (claim.metadata().isDeleting()) {
      return Termination.decide(view, now);
    }
    Optional<Duration> left = left(view, now);
    if (claim.isEnded() || left.filter(d -> !d.isPositive()).isPresent()) {
      return Decision.of(List.of(PoolReconciler.delete(view.claim())));
    }
    Decision<Action> decision = Decision.of(live(view, now));
    return left.map(time -> time.compareTo(LONGEST_SLEEP) < 0 ? time : LONGEST_SLEEP)
        .map(decision::andCheckAgain)
        .orElse(decision);
  }

  private static List<Action> live(View view, Now now) {
    NodeClaim claim = view.claim().value();
    if (!view.provided()) {
      return List.of(
          status(
              view,
              new ClaimStatus(claim, now)
                  .fails(
                      Karpenter.LAUNCHED,
                      "NodeClassNotSupported",
                      "no provider here makes machines of " + claim.spec().nodeClassRef())
                  .ready()));
    }
    if (!claim.hasFinalizer()) {
      return List.of(withFinalizer(view));
    }
    return claim.isLaunched() ? launched(view, now) : launch(view, now);
  }

  private static Action withFinalizer(View view) {
    ObjectNode patch = Json.object();
    ArrayNode finalizers = patch.putObject("metadata").putArray("finalizers");
    view.claim().value().metadata().finalizers().forEach(finalizers::add);
    finalizers.add(Karpenter.FINALIZER);
    return new Action.Patch(view.claim().key(), view.claim().revision(), "", patch);
  }

  private static List<Action> launch(View view, Now now) {
    NodeClaim claim = view.claim().value();
    ClaimStatus status = new ClaimStatus(claim, now);
    view.refusal()
        .ifPresentOrElse(
            why -> status.waits(Karpenter.LAUNCHED, "LaunchFailed", why.message()),
            () -> status.waits(Karpenter.LAUNCHED, "AwaitingMachine", ""));
    MachineSpec machine =
        new MachineSpec(
            claim.metadata().name(),
            claim.metadata().labels().getOrDefault(Karpenter.POOL, ""),
            claim.metadata().uid(),
            claim.spec().resources().requests(),
            claim.nodeLabels());
    return List.of(
        status(view, status.ready()),
        new ClaimAction.Launch(view.claim().key(), claim.spec().nodeClassRef(), machine));
  }

  private static List<Action> launched(View view, Now now) {
    NodeClaim claim = view.claim().value();
    ClaimStatus status = new ClaimStatus(claim, now).holds(Karpenter.LAUNCHED);
    if (view.node().isEmpty()) {
      String reason = view.nodes().isEmpty() ? "NodeNotFound" : "DuplicateNodeFound";
      String message = view.nodes().isEmpty() ? "the machine is no node yet" : duplicates(view);
      status
          .waits(Karpenter.REGISTERED_CONDITION, reason, message)
          .waits(Karpenter.INITIALIZED_CONDITION, reason, message);
      return List.of(status(view, status.ready()));
    }
    Cached<Node> node = view.node().get();
    if (node.value().metadata().isDeleting()) {
      return List.of(PoolReconciler.delete(view.claim()));
    }
    List<Action> actions = new ArrayList<>(Registration.of(view.claim(), node));
    if (actions.isEmpty()) {
      status
          .holds(Karpenter.REGISTERED_CONDITION)
          .put("nodeName", node.key().name())
          .put("capacity", node.value().status().capacity())
          .put("allocatable", node.value().status().allocatable());
      Registration.unready(claim, node.value())
          .ifPresentOrElse(
              why -> status.waits(Karpenter.INITIALIZED_CONDITION, why.reason(), why.message()),
              () -> status.holds(Karpenter.INITIALIZED_CONDITION));
      actions.add(status(view, status.ready()));
    }
    return actions;
  }

  private static String duplicates(View view) {
    return "more than one node has the spec.providerID %s: %s; delete those that are not the machine"
        .formatted(
            view.claim().value().status().providerID(),
            view.nodes().stream().map(node -> node.key().name()).collect(Collectors.joining(", ")));
  }

  private static Action status(View view, ClaimStatus status) {
    return status.patch(view.claim().key(), view.claim().revision());
  }

  /** Until the claim is given up: for its age, or because its machine is no node. */
  private static Optional<Duration> left(View view, Now now) {
    NodeClaim claim = view.claim().value();
    Optional<Duration> expiry =
        Spans.left(
            claim.metadata().creationTimestamp(),
            Span.parse(claim.spec().expireAfter()),
            now.wall());
    Optional<Duration> registration =
        claim.isLaunched() && view.nodes().isEmpty()
            ? Spans.left(unregisteredSince(claim), Optional.of(REGISTRATION), now.wall())
            : Optional.empty();
    return Stream.concat(expiry.stream(), registration.stream()).min(Duration::compareTo);
  }

  private static String unregisteredSince(NodeClaim claim) {
    List<Condition> conditions = claim.status().conditions();
    return Conditions.find(conditions, Karpenter.REGISTERED_CONDITION)
        .filter(condition -> !condition.isTrue())
        .map(Condition::lastTransitionTime)
        .orElse("");
  }
}
