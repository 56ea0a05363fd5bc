package dev.ballast.control.replicaset;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
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
import java.util.List;
import java.util.Optional;

/** The ReplicaSet controller: what wakes it and what it sees. */
public final class ReplicaSets {

  public static final Index<ReplicaSet> BY_CONTROLLER =
      new Index<>(
          "controller",
          set -> set.value().metadata().controller().map(OwnerReference::uid).stream().toList());

  public static final Index<ReplicaSet> BY_NAMESPACE =
      new Index<>("namespace", set -> List.of(set.key().namespace()));

  private final Informer<ReplicaSet> sets;
  private final Informer<Pod> pods;

  private ReplicaSets(Informer<ReplicaSet> sets, Informer<Pod> pods) {
    this.sets = sets;
    this.pods = pods;
  }

  public static Controller<?> controller(Informers informers) {
    ReplicaSets self =
        new ReplicaSets(
            informers.of(ResourceType.REPLICA_SETS, ReplicaSet.class),
            informers.of(ResourceType.PODS, Pod.class));
    return new Controller<>(
        "replicaset",
        List.of(Trigger.itself(self.sets), Trigger.each(self.pods, self::concerned)),
        self::observe,
        new ReplicaSetReconciler());
  }

  /** The set that owns the pod; for a free pod every set that might adopt it. */
  private Collection<ObjectKey> concerned(Cached<Pod> pod) {
    Optional<OwnerReference> owner = pod.value().metadata().controller();
    if (owner.isPresent()) {
      return owner.get().kind().equals("ReplicaSet")
          ? List.of(
              new ObjectKey(ResourceType.REPLICA_SETS, pod.key().namespace(), owner.get().name()))
          : List.of();
    }
    return sets.find(BY_NAMESPACE, pod.key().namespace()).stream()
        .filter(set -> set.value().spec().selector().matches(pod.value().metadata().labels()))
        .map(Cached::key)
        .toList();
  }

  private Optional<ReplicaSetView> observe(ObjectKey key, Optional<Failure> refusal) {
    return sets.get(key)
        .map(
            set ->
                new ReplicaSetView(
                    set,
                    Pods.ownedOrFree(pods, key.namespace(), set.value().metadata().uid()),
                    related(set),
                    refusal));
  }

  private List<Cached<Pod>> related(Cached<ReplicaSet> set) {
    Optional<OwnerReference> owner = set.value().metadata().controller();
    if (owner.isEmpty()) {
      return pods.find(Pods.BY_CONTROLLER, set.value().metadata().uid());
    }
    List<Cached<Pod>> related = new ArrayList<>();
    for (Cached<ReplicaSet> sibling : sets.find(BY_CONTROLLER, owner.get().uid())) {
      related.addAll(pods.find(Pods.BY_CONTROLLER, sibling.value().metadata().uid()));
    }
    return related;
  }
}
