package dev.ballast.control.deployment;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.control.replicaset.ReplicaSets;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.workload.Pods;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Deployment controller: what wakes it and what it sees. */
public final class Deployments {

  private static final Index<Deployment> BY_NAMESPACE =
      new Index<>("namespace", deployment -> List.of(deployment.key().namespace()));

  private final Informer<Deployment> deployments;
  private final Informer<ReplicaSet> sets;
  private final Informer<Pod> pods;

  private Deployments(Informers informers) {
    deployments = informers.of(ResourceType.DEPLOYMENTS, Deployment.class);
    sets = informers.of(ResourceType.REPLICA_SETS, ReplicaSet.class);
    pods = informers.of(ResourceType.PODS, Pod.class);
  }

  public static Controller<?> controller(Informers informers) {
    Deployments self = new Deployments(informers);
    return new Controller<>(
        "deployment",
        List.of(
            Trigger.itself(self.deployments),
            Trigger.each(self.sets, self::concerned),
            new Trigger<>(self.pods, self::concerned)),
        self::observe,
        new DeploymentReconciler());
  }

  private Collection<ObjectKey> concerned(Cached<ReplicaSet> set) {
    Optional<OwnerReference> owner = set.value().metadata().controller();
    if (owner.isPresent()) {
      return owner.get().kind().equals("Deployment")
          ? List.of(
              new ObjectKey(ResourceType.DEPLOYMENTS, set.key().namespace(), owner.get().name()))
          : List.of();
    }
    return deployments.find(BY_NAMESPACE, set.key().namespace()).stream()
        .filter(d -> d.value().spec().selector().matches(set.value().metadata().labels()))
        .map(Cached::key)
        .toList();
  }

  /** Only a pod's end matters here, to Recreate; the rest comes through its set's status. */
  private Collection<ObjectKey> concerned(
      Optional<Cached<Pod>> before, Optional<Cached<Pod>> after) {
    boolean ended = after.isEmpty() || after.get().value().isTerminal();
    return ended
        ? before
            .flatMap(pod -> pod.value().metadata().controller())
            .filter(owner -> owner.kind().equals("ReplicaSet"))
            .flatMap(
                owner ->
                    sets.get(
                        new ObjectKey(
                            ResourceType.REPLICA_SETS,
                            before.get().key().namespace(),
                            owner.name())))
            .map(this::concerned)
            .orElse(List.of())
        : List.of();
  }

  private Optional<DeploymentView> observe(ObjectKey key, Optional<Failure> refusal) {
    return deployments.get(key).map(deployment -> view(deployment, refusal));
  }

  private DeploymentView view(Cached<Deployment> deployment, Optional<Failure> refusal) {
    List<Cached<ReplicaSet>> candidates =
        new ArrayList<>(sets.find(ReplicaSets.BY_CONTROLLER, deployment.value().metadata().uid()));
    sets.find(ReplicaSets.BY_NAMESPACE, deployment.key().namespace()).stream()
        .filter(set -> set.value().metadata().controller().isEmpty())
        .forEach(candidates::add);
    Map<String, Integer> live = new HashMap<>();
    for (Cached<ReplicaSet> set : candidates) {
      String uid = set.value().metadata().uid();
      long count =
          pods.find(Pods.BY_CONTROLLER, uid).stream()
              .filter(pod -> !pod.value().isTerminal())
              .count();
      live.put(uid, (int) count);
    }
    return new DeploymentView(deployment, candidates, live, refusal);
  }
}
