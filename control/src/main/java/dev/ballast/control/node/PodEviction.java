package dev.ballast.control.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.model.Pod;
import dev.ballast.core.model.PodSpec.Toleration;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a bound pod may stay: its node must be there, and the pod must tolerate the node's
 * NoExecute taints; if only for some seconds, it goes when the shortest of them is over. Pods of a
 * node that is gone are failed and removed, for nobody else will, but only when it was gone for a
 * while: it may have been deleted by mistake, or be named before it is there. How long it is gone
 * is counted from when this saw it, so a new leader begins anew. Thread-safe.
 */
final class PodEviction implements Reconciler<PodOnNode> {

  /** As Kubernetes' pod garbage collector. */
  private static final Duration QUARANTINE = Duration.ofSeconds(40);

  /** Nobody asks about a node's last pods for longer. */
  private static final Duration FORGET = Duration.ofMinutes(10);

  /** Node → when it was first seen to be gone. */
  private final Map<String, Now> gone = new ConcurrentHashMap<>();

  @Override
  public Decision<Action> reconcile(PodOnNode view, Now now) {
    Pod pod = view.pod().value();
    String node = pod.spec().nodeName();
    if (view.node().isEmpty()) {
      return view.nodeGone()
          ? withoutNode(view, node, now)
          : Decision.<Action>nothing().andCheckAgain(Duration.ofSeconds(1));
    }
    gone.remove(node);
    if (pod.isTerminal() || pod.metadata().isDeleting()) {
      return Decision.nothing();
    }
    Optional<Duration> left = mayStay(view, now);
    if (left.isEmpty()) {
      return Decision.nothing();
    }
    return left.get().isPositive()
        ? Decision.<Action>nothing().andCheckAgain(left.get())
        : Decision.of(evict(view.pod(), now));
  }

  private Decision<Action> withoutNode(PodOnNode view, String node, Now now) {
    gone.values().removeIf(since -> now.since(since).compareTo(FORGET) > 0);
    Duration left = QUARANTINE.minus(now.since(gone.computeIfAbsent(node, name -> now)));
    return left.isPositive()
        ? Decision.<Action>nothing().andCheckAgain(left)
        : Decision.of(collect(view.pod(), now));
  }

  /** Empty for as long as it likes; zero or less for not at all. */
  private static Optional<Duration> mayStay(PodOnNode view, Now now) {
    Optional<Duration> shortest = Optional.empty();
    for (Taint taint : view.node().orElseThrow().value().spec().taints()) {
      if (!taint.effect().equals(Taints.NO_EXECUTE)) {
        continue;
      }
      List<Toleration> tolerations =
          view.pod().value().spec().tolerations().stream()
              .filter(toleration -> toleration.tolerates(taint))
              .toList();
      if (tolerations.isEmpty()) {
        return Optional.of(Duration.ZERO);
      }
      Optional<Duration> left = left(taint, tolerations, now);
      if (left.isPresent() && (shortest.isEmpty() || left.get().compareTo(shortest.get()) < 0)) {
        shortest = left;
      }
    }
    return shortest;
  }

  private static Optional<Duration> left(Taint taint, List<Toleration> tolerations, Now now) {
    Instant since = Rfc3339.parse(taint.timeAdded()).orElse(now.wall());
    return tolerations.stream()
        .filter(toleration -> toleration.tolerationSeconds() != null)
        .map(t -> Duration.between(now.wall(), since.plusSeconds(t.tolerationSeconds())))
        .min(Duration::compareTo);
  }

  private static List<Action> evict(Cached<Pod> pod, Now now) {
    List<Action> actions = new ArrayList<>();
    actions.add(
        new Action.Tell(
            pod.key(),
            pod.value().metadata().uid(),
            EventType.NORMAL,
            "TaintManagerEviction",
            "Marking for deletion Pod " + pod.key().namespace() + "/" + pod.key().name()));
    actions.add(
        disruption(
            pod,
            "DeletionByTaintManager",
            "Taint manager: deleting due to NoExecute taint",
            false,
            now));
    actions.add(new Action.Delete(pod.key(), DeleteOptions.ofUid(pod.value().metadata().uid())));
    return actions;
  }

  /** Failed first, so that a Job counts it; then removed without waiting for a node. */
  private static List<Action> collect(Cached<Pod> pod, Now now) {
    List<Action> actions = new ArrayList<>();
    if (!pod.value().isTerminal()) {
      actions.add(disruption(pod, "DeletionByPodGC", "PodGC: node no longer exists", true, now));
    }
    actions.add(
        new Action.Delete(
            pod.key(),
            new DeleteOptions(
                pod.value().metadata().uid(), 0, DeleteOptions.Propagation.BACKGROUND)));
    return actions;
  }

  private static Action disruption(
      Cached<Pod> pod, String reason, String message, boolean failed, Now now) {
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status");
    if (failed) {
      status.put("phase", "Failed");
    }
    status.set(
        "conditions",
        Conditions.node(
            Conditions.with(
                pod.value().status().conditions(),
                "DisruptionTarget",
                "True",
                reason,
                message,
                now)));
    return new Action.Patch(pod.key(), pod.revision(), "status", patch);
  }
}
