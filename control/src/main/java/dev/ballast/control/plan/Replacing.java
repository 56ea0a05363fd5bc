package dev.ballast.control.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.control.plan.Replacement.Outcome;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Creates a replacement on its node, in one commit: there is no moment at which it waits, so nobody
 * else places it, and none at which its room is not counted. Both pods count until the first goes.
 * For one replacement, under the applier's lock.
 */
final class Replacing {

  private final ResourceStore store;
  private final ClusterSnapshot state;
  private final Instant now;

  Replacing(ResourceStore store, ClusterSnapshot state, Instant now) {
    this.store = store;
    this.state = state;
    this.now = now;
  }

  Outcome perform(Replacement replacement) {
    PodView pod = state.pod(replacement.pod().key()).orElse(null);
    if (pod == null || !pod.ref().equals(replacement.pod())) {
      return dropped(Reason.POD_GONE, "the pod is gone");
    }
    if (!pod.usesCapacity() || pod.deleting() || !pod.node().equals(replacement.from())) {
      return dropped(Reason.POD_CHANGED, "the pod is not at work on " + replacement.from());
    }
    if (pod.tie() != PodView.Tie.REPLACEABLE || standsIn(pod) || hasStandIn(pod.ref())) {
      return dropped(Reason.POD_CHANGED, "the pod may not be moved now");
    }
    Optional<Outcome> objection = objection(pod, replacement.to());
    if (objection.isPresent()) {
      return objection.get();
    }
    Document document = store.get(pod.ref().key()).orElse(null);
    if (document == null || document.revision() != pod.revision()) {
      return dropped(Reason.POD_CHANGED, "the pod just changed");
    }
    return create(replacement, document);
  }

  private boolean standsIn(PodView pod) {
    return pod.replaces()
        .flatMap(replaced -> state.pod(replaced.key()).filter(one -> one.ref().equals(replaced)))
        .isPresent();
  }

  private boolean hasStandIn(PodRef pod) {
    return state.pods().stream()
        .anyMatch(one -> one.usesCapacity() && one.replaces().filter(pod::equals).isPresent());
  }

  private Outcome create(Replacement replacement, Document document) {
    ObjectKey key =
        new ObjectKey(document.key().type(), document.key().namespace(), replacement.name());
    ObjectNode copy = PodPatches.standIn(document, replacement, now);
    return switch (store.commit(List.of(new Write.Create(key, Json.storable(copy))))) {
      case CommitResult.Committed done -> {
        Document made = done.documents().getFirst();
        yield new Outcome.Made(new PodRef(key, made.tree().path("metadata").path("uid").asText()));
      }
      case CommitResult.Refused refused -> dropped(Reason.REFUSED, refused.failure().message());
      case CommitResult.Unavailable unavailable ->
          dropped(Reason.UNAVAILABLE, unavailable.reason());
      case CommitResult.Conflict conflict ->
          dropped(Reason.POD_CHANGED, conflict.key() + " just changed");
      case CommitResult.NotFound missing -> dropped(Reason.POD_CHANGED, missing.key() + " is gone");
      case CommitResult.AlreadyExists exists ->
          dropped(Reason.POD_CHANGED, exists.key() + " is there already");
    };
  }

  private static Outcome dropped(Reason reason, String message) {
    return new Outcome.Dropped(reason, message);
  }

  /** Does the node take one more of the pod, with that one still where it is? */
  private Optional<Outcome> objection(PodView pod, String to) {
    NodeState node = state.node(to).filter(NodeState::exists).orElse(null);
    if (node == null) {
      return Optional.of(dropped(Reason.NODE_GONE, "there is no node " + to));
    }
    Optional<Refusal> refusal = pod.shape().rules().refusal(node.node().orElseThrow());
    if (refusal.isPresent()) {
      return Optional.of(dropped(Reason.NODE_REFUSES, to + ": " + refusal.get().message()));
    }
    if (!node.hasRoomFor(pod.shape(), List.of())) {
      return Optional.of(dropped(Reason.NO_ROOM, "there is no room on " + to));
    }
    Bonds.Refusal unsocial = state.relations().bonds(pod.shape()).refusal(node, Bonds.Scope.ALL);
    return Optional.ofNullable(unsocial)
        .map(why -> dropped(Reason.NODE_REFUSES, to + ": " + why.words().message()));
  }
}
