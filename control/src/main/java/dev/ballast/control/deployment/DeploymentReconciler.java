package dev.ballast.control.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.workload.Claims;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One step of a rollout. Each round does the first of these that is not done yet, and reports:
 * claim sets; (if paused or resized) share the size out; make the current template's set; grow it;
 * shrink the old ones; clean up the history. Pure.
 *
 * <p>The Deployment itself is patched once a round only, for a second patch would find it changed:
 * its annotation first, its status next time.
 */
final class DeploymentReconciler implements Reconciler<DeploymentView> {

  @Override
  public Decision<Action> reconcile(DeploymentView view, Now now) {
    Deployment deployment = view.deployment().value();
    boolean deleting = deployment.metadata().isDeleting();
    Claims<ReplicaSet> claims =
        Claims.of(
            Owners.controller("apps/v1", "Deployment", deployment.metadata()),
            deleting,
            deployment.spec().selector(),
            view.sets(),
            ReplicaSet::metadata);
    Rollout rollout = Rollout.of(deployment, claims.owned());
    List<Action> steps = new ArrayList<>(claims.actions());
    String created = "";
    if (steps.isEmpty() && !deleting) {
      steps.addAll(steps(view, rollout));
      created =
          steps.stream()
              .filter(Action.Create.class::isInstance)
              .map(step -> ((Action.Create) step).key().name())
              .findFirst()
              .orElse("");
    }
    Progress progress = new Progress(deployment, rollout, now);
    Deployment.Status counts = counts(view, rollout);
    List<Condition> conditions = progress.conditions(counts, created);
    Optional<Action> annotation = annotation(view, rollout);
    steps.add(
        annotation.orElseGet(
            () -> patch(view, "status", DeploymentStatus.patch(counts, conditions))));
    Decision<Action> decision = Decision.of(steps);
    return progress.checkAgain(conditions).map(decision::andCheckAgain).orElse(decision);
  }

  private static List<Action> steps(DeploymentView view, Rollout rollout) {
    Deployment deployment = view.deployment().value();
    SetActions act = new SetActions(view.deployment());
    Limits limits = Limits.of(deployment);
    List<Action> tidy = rollout.current().map(set -> act.annotate(set, rollout)).orElse(List.of());
    if (!tidy.isEmpty()) {
      return tidy;
    }
    if (deployment.spec().paused() || isResized(deployment, rollout)) {
      List<Action> scaled = share(rollout, limits, act);
      return scaled.isEmpty() && deployment.spec().paused() ? cleanUp(deployment, rollout) : scaled;
    }
    List<Action> rolled =
        deployment.spec().strategy().isRecreate()
            ? recreate(view, rollout, limits, act)
            : roll(view, rollout, limits, act);
    if (!rolled.isEmpty()) {
      return rolled;
    }
    return DeploymentStatus.isComplete(deployment, DeploymentStatus.counts(deployment, rollout))
        ? cleanUp(deployment, rollout)
        : List.of();
  }

  private static List<Action> roll(
      DeploymentView view, Rollout rollout, Limits limits, SetActions act) {
    if (collides(view, rollout)) {
      return List.of();
    }
    int current = rollout.current().map(set -> set.value().spec().replicas()).orElse(0);
    int size = RollingStep.newSize(limits, current, rollout.totalWanted());
    if (rollout.current().isEmpty()) {
      return act.create(rollout, size);
    }
    if (size != current) {
      return act.resize(rollout.current().get(), size, limits);
    }
    List<Integer> sizes =
        RollingStep.oldSizes(
            limits,
            SetSize.of(rollout.current().get().value()),
            rollout.old().stream().map(set -> SetSize.of(set.value())).toList());
    return act.resizeAll(rollout.old(), sizes, limits);
  }

  /** All old pods end before the first new one begins. */
  private static List<Action> recreate(
      DeploymentView view, Rollout rollout, Limits limits, SetActions act) {
    List<Action> shrink =
        act.resizeAll(rollout.old(), rollout.old().stream().map(set -> 0).toList(), limits);
    if (!shrink.isEmpty()) {
      return shrink;
    }
    boolean alive =
        rollout.old().stream()
            .anyMatch(set -> view.livePods().getOrDefault(set.value().metadata().uid(), 0) > 0);
    if (alive || collides(view, rollout)) {
      return List.of();
    }
    return rollout.current().isEmpty()
        ? act.create(rollout, limits.replicas())
        : act.resize(rollout.current().get(), limits.replicas(), limits);
  }

  /** The wanted number was changed since a set was last sized. */
  private static boolean isResized(Deployment deployment, Rollout rollout) {
    String wanted = "" + deployment.spec().replicas();
    return rollout.active().stream()
        .map(set -> set.value().metadata().annotations().get(Revisions.DESIRED))
        .anyMatch(desired -> desired != null && !desired.equals(wanted));
  }

  private static List<Action> share(Rollout rollout, Limits limits, SetActions act) {
    List<Cached<ReplicaSet>> active = rollout.active();
    if (active.size() <= 1) {
      Optional<Cached<ReplicaSet>> only =
          active.stream()
              .findFirst()
              .or(rollout::current)
              .or(() -> rollout.old().reversed().stream().findFirst());
      return only.map(set -> act.resize(set, limits.replicas(), limits)).orElse(List.of());
    }
    if (rollout.current().filter(set -> isSaturated(set.value(), limits)).isPresent()) {
      return act.resizeAll(rollout.old(), rollout.old().stream().map(set -> 0).toList(), limits);
    }
    boolean growing = limits.maxTotal() > rollout.totalWanted();
    Comparator<Cached<ReplicaSet>> byAge =
        growing ? Rollout.OLDEST_FIRST.reversed() : Rollout.OLDEST_FIRST;
    List<Cached<ReplicaSet>> ordered =
        active.stream()
            .sorted(
                Comparator.<Cached<ReplicaSet>>comparingInt(set -> -set.value().spec().replicas())
                    .thenComparing(byAge))
            .toList();
    List<Integer> sizes =
        Proportional.sizes(
            limits,
            ordered.stream()
                .map(
                    set ->
                        new Proportional.Share(
                            set.value().spec().replicas(), maxBefore(set.value(), limits)))
                .toList());
    return act.resizeAll(ordered, sizes, limits);
  }

  /** It has all the pods that are wanted, and they serve: the old ones may go at once. */
  private static boolean isSaturated(ReplicaSet set, Limits limits) {
    return set.spec().replicas() == limits.replicas()
        && set.status().availableReplicas() == limits.replicas()
        && ("" + limits.replicas()).equals(set.metadata().annotations().get(Revisions.DESIRED));
  }

  private static int maxBefore(ReplicaSet set, Limits limits) {
    try {
      return Integer.parseInt(
          set.metadata().annotations().getOrDefault(Revisions.MAXIMUM, "" + limits.maxTotal()));
    } catch (NumberFormatException e) {
      return limits.maxTotal();
    }
  }

  private static List<Action> cleanUp(Deployment deployment, Rollout rollout) {
    return Revisions.surplus(deployment, rollout.old()).stream()
        .map(
            set ->
                (Action)
                    new Action.Delete(set.key(), DeleteOptions.ofUid(set.value().metadata().uid())))
        .toList();
  }

  /**
   * The name of the current template's set is taken by another: the next hash counts collisions.
   */
  private static boolean collides(DeploymentView view, Rollout rollout) {
    if (rollout.current().isPresent()) {
      return false;
    }
    String name = SetActions.name(view.deployment().value());
    return rollout.old().stream().anyMatch(set -> set.key().name().equals(name))
        || view.refusal().filter(r -> r.reason().equals("AlreadyExists")).isPresent();
  }

  private static Deployment.Status counts(DeploymentView view, Rollout rollout) {
    Deployment.Status counts = DeploymentStatus.counts(view.deployment().value(), rollout);
    return collides(view, rollout)
        ? new Deployment.Status(
            counts.observedGeneration(),
            counts.replicas(),
            counts.updatedReplicas(),
            counts.readyReplicas(),
            counts.availableReplicas(),
            counts.unavailableReplicas(),
            counts.collisionCount() + 1,
            counts.conditions())
        : counts;
  }

  /** The Deployment carries its current set's revision. */
  private static Optional<Action> annotation(DeploymentView view, Rollout rollout) {
    String known = view.deployment().value().metadata().annotations().get(Revisions.REVISION);
    Optional<String> actual =
        rollout.current().map(set -> set.value().metadata().annotations().get(Revisions.REVISION));
    if (actual.isEmpty() || actual.get().equals(known)) {
      return Optional.empty();
    }
    ObjectNode patch = Json.object();
    patch.putObject("metadata").putObject("annotations").put(Revisions.REVISION, actual.get());
    return Optional.of(patch(view, "", patch));
  }

  private static Action patch(DeploymentView view, String subresource, ObjectNode patch) {
    Cached<Deployment> self = view.deployment();
    return new Action.Patch(self.key(), self.revision(), subresource, patch);
  }

  static ObjectKey setKey(Cached<Deployment> deployment, String name) {
    return new ObjectKey(ResourceType.REPLICA_SETS, deployment.key().namespace(), name);
  }
}
