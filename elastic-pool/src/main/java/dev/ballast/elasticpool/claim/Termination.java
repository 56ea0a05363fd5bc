package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.List;

/**
 * How a claim goes: its node takes no more pods ▸ those that are there leave ▸ the machine ends ▸
 * the node goes ▸ the claim goes. A machine that is gone already is not waited for. Pure.
 */
final class Termination {

  private Termination() {}

  static Decision<Action> decide(ClaimReconciler.View view, Now now) {
    NodeClaim claim = view.claim().value();
    if (!claim.hasFinalizer()) {
      return Decision.nothing();
    }
    if (!claim.isEnded() && claim.isLaunched()) {
      List<Action> taints =
          view.nodes().stream().filter(node -> !isTainted(node)).map(Termination::tainted).toList();
      if (!taints.isEmpty()) {
        return Decision.of(taints);
      }
      Drain drain = Drain.of(claim, view.pods(), now);
      // Again also where it is done, for pods may be found that are not seen here yet.
      return (drain.isDone() ? Decision.of(end(view, now)) : draining(view, drain, now))
          .andCheckAgain(Drain.AGAIN);
    }
    return Decision.of(
        view.node()
            .map(Termination::withoutNode)
            .orElseGet(() -> List.of(withoutFinalizer(view.claim(), claim.metadata()))));
  }

  private static Decision<Action> draining(ClaimReconciler.View view, Drain drain, Now now) {
    List<Action> actions = new ArrayList<>();
    actions.add(
        new ClaimStatus(view.claim().value(), now)
            .waits(Karpenter.DRAINED, "Draining", "waiting for %d pods".formatted(drain.left()))
            .patch(view.claim().key(), view.claim().revision()));
    actions.addAll(drain.actions());
    return Decision.of(actions);
  }

  private static List<Action> end(ClaimReconciler.View view, Now now) {
    NodeClaim claim = view.claim().value();
    return List.of(
        new ClaimStatus(claim, now)
            .holds(Karpenter.DRAINED)
            .patch(view.claim().key(), view.claim().revision()),
        new ClaimAction.End(view.claim()));
  }

  private static boolean isTainted(Cached<Node> node) {
    return node.value().spec().taints().stream()
        .anyMatch(one -> Registration.same(one, Karpenter.DISRUPTED));
  }

  private static Action tainted(Cached<Node> node) {
    List<Taint> taints = new ArrayList<>(node.value().spec().taints());
    taints.add(Karpenter.DISRUPTED);
    ObjectNode patch = Json.object();
    patch.putObject("spec").set("taints", Registration.taints(taints));
    return new Action.Patch(node.key(), node.revision(), "", patch);
  }

  /** First it is deleted, then let go, so that it cannot be left behind. */
  static List<Action> withoutNode(Cached<Node> node) {
    ObjectMeta metadata = node.value().metadata();
    if (!metadata.isDeleting()) {
      return List.of(new Action.Delete(node.key(), DeleteOptions.ofUid(metadata.uid())));
    }
    return metadata.finalizers().contains(Karpenter.FINALIZER)
        ? List.of(withoutFinalizer(node, metadata))
        : List.of();
  }

  private static Action withoutFinalizer(Cached<?> object, ObjectMeta metadata) {
    ObjectNode patch = Json.object();
    ArrayNode left = patch.putObject("metadata").putArray("finalizers");
    metadata.finalizers().stream()
        .filter(one -> !one.equals(Karpenter.FINALIZER))
        .forEach(left::add);
    ObjectKey key = object.key();
    return new Action.Patch(key, object.revision(), "", patch);
  }
}
