package dev.ballast.control.replicaset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.workload.Claims;
import dev.ballast.control.workload.DeletionRank;
import dev.ballast.control.workload.Moves;
import dev.ballast.control.workload.Pods;
import dev.ballast.control.workload.Templates;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the number of active pods to {@code spec.replicas}, adopts and releases, and reports.
 *
 * <p>At most {@value #BURST} pods are made or deleted a round. A refused create ends its round (the
 * applier sees to that) and the next one waits longer, so a full quota costs one request a round;
 * the refusal shows as condition ReplicaFailure. Pure.
 */
final class ReplicaSetReconciler implements Reconciler<ReplicaSetView> {

  static final int BURST = 500;

  @Override
  public Decision<Action> reconcile(ReplicaSetView view, Now now) {
    ReplicaSet set = view.set().value();
    OwnerReference self = Owners.controller("apps/v1", "ReplicaSet", set.metadata());
    boolean deleting = set.metadata().isDeleting();
    Claims<Pod> claims =
        Claims.of(self, deleting, set.spec().selector(), view.pods(), Pod::metadata);
    List<Cached<Pod>> there =
        claims.owned().stream().filter(pod -> Pods.isActive(pod.value())).toList();
    Set<Cached<Pod>> standIns = Moves.standIns(there);
    List<Cached<Pod>> active =
        standIns.isEmpty() ? there : there.stream().filter(p -> !standIns.contains(p)).toList();

    List<Action> actions = new ArrayList<>(claims.actions());
    // An adoption changes the count: scale when the informer shows it.
    List<Action> scaling =
        deleting || !claims.actions().isEmpty()
            ? List.of()
            : scale(view, self, active, standIns, now);
    Action report = report(view, active, now);
    if (view.refusal().isPresent()) {
      actions.add(report);
      actions.addAll(scaling);
    } else {
      actions.addAll(scaling);
      actions.add(report);
    }
    Decision<Action> decision = Decision.of(actions);
    return nextAvailable(set, active, now).map(decision::andCheckAgain).orElse(decision);
  }

  private static List<Action> scale(
      ReplicaSetView view,
      OwnerReference self,
      List<Cached<Pod>> active,
      Set<Cached<Pod>> standIns,
      Now now) {
    int missing = view.set().value().spec().replicas() - active.size();
    List<Action> actions = new ArrayList<>();
    for (int i = 0; i < Math.min(missing, BURST); i++) {
      actions.add(create(view.set(), self));
    }
    if (missing < 0) {
      // A set that shrinks calls its moves off: what stands in would else be one too many later.
      standIns.stream()
          .sorted(Comparator.comparing(Cached::key))
          .forEach(pod -> actions.addAll(delete(view.set(), pod)));
      DeletionRank.sort(active, view.related(), now).stream()
          .limit(Math.min(-missing, BURST))
          .forEach(pod -> actions.addAll(delete(view.set(), pod)));
    }
    return actions;
  }

  private static Action create(Cached<ReplicaSet> set, OwnerReference self) {
    String namespace = set.key().namespace();
    ObjectNode pod =
        Templates.pod(set.value().spec().template(), namespace, set.key().name() + "-", self);
    return new Action.Create(new ObjectKey(ResourceType.PODS, namespace, ""), pod);
  }

  private static List<Action> delete(Cached<ReplicaSet> set, Cached<Pod> pod) {
    return List.of(
        new Action.Delete(pod.key(), DeleteOptions.ofUid(pod.value().metadata().uid())),
        new Action.Tell(
            set.key(),
            set.value().metadata().uid(),
            EventType.NORMAL,
            "SuccessfulDelete",
            "Deleted pod: " + pod.key().name()));
  }

  private static Action report(ReplicaSetView view, List<Cached<Pod>> active, Now now) {
    ReplicaSet set = view.set().value();
    Map<String, String> templateLabels = Templates.labels(set.spec().template());
    ObjectNode status = Json.object();
    status.put("replicas", active.size());
    putCount(
        status,
        "fullyLabeledReplicas",
        active.stream()
            .filter(
                p ->
                    p.value().metadata().labels().entrySet().containsAll(templateLabels.entrySet()))
            .count());
    putCount(status, "readyReplicas", active.stream().filter(p -> p.value().isReady()).count());
    putCount(
        status,
        "availableReplicas",
        active.stream()
            .filter(p -> Pods.isAvailable(p.value(), set.spec().minReadySeconds(), now))
            .count());
    status.put("observedGeneration", set.metadata().generation());
    List<Condition> conditions = conditions(view, active.size(), now);
    if (conditions.isEmpty()) {
      status.putNull("conditions");
    } else {
      status.set("conditions", Conditions.node(conditions));
    }
    ObjectNode patch = Json.object();
    patch.set("status", status);
    return new Action.Patch(view.set().key(), view.set().revision(), "status", patch);
  }

  /** Zero counts are absent, as Kubernetes omits them. */
  private static void putCount(ObjectNode status, String field, long count) {
    if (count == 0) {
      status.putNull(field);
    } else {
      status.put(field, count);
    }
  }

  private static List<Condition> conditions(ReplicaSetView view, int active, Now now) {
    List<Condition> known = view.set().value().status().conditions();
    if (view.refusal().isPresent()) {
      return Conditions.with(
          known,
          "ReplicaFailure",
          "True",
          active < view.set().value().spec().replicas() ? "FailedCreate" : "FailedDelete",
          view.refusal().get().message(),
          now);
    }
    return active == view.set().value().spec().replicas()
        ? Conditions.without(known, "ReplicaFailure")
        : known;
  }

  private static Optional<Duration> nextAvailable(
      ReplicaSet set, List<Cached<Pod>> active, Now now) {
    return active.stream()
        .flatMap(p -> Pods.untilAvailable(p.value(), set.spec().minReadySeconds(), now).stream())
        .filter(Duration::isPositive)
        .min(Duration::compareTo);
  }
}
