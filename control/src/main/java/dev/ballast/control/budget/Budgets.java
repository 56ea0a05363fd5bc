package dev.ballast.control.budget;

import dev.ballast.control.budget.BudgetReconciler.View;
import dev.ballast.control.deployment.Deployment;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.workload.Pods;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The disruption budgets' controller: what wakes it and what it sees. */
public final class Budgets {

  private static final Index<Budget> BY_NAMESPACE =
      new Index<>("namespace", budget -> List.of(budget.key().namespace()));

  private final Informer<Budget> budgets;
  private final Informer<Pod> pods;
  private final Informer<ReplicaSet> sets;
  private final Informer<Deployment> deployments;

  private Budgets(Informers informers) {
    budgets = informers.of(ResourceType.POD_DISRUPTION_BUDGETS, Budget.class);
    pods = informers.of(ResourceType.PODS, Pod.class);
    sets = informers.of(ResourceType.REPLICA_SETS, ReplicaSet.class);
    deployments = informers.of(ResourceType.DEPLOYMENTS, Deployment.class);
  }

  public static Controller<?> controller(Informers informers) {
    Budgets self = new Budgets(informers);
    return new Controller<>(
        "disruption",
        "controllermanager",
        List.of(
            Trigger.itself(self.budgets),
            Trigger.each(self.pods, self::concerned),
            new Trigger<>(self.sets, (b, a) -> self.inNamespace(b.isPresent() ? b : a)),
            new Trigger<>(self.deployments, (b, a) -> self.inNamespace(b.isPresent() ? b : a))),
        self::observe,
        new BudgetReconciler(),
        2,
        java.time.Duration.ofMinutes(10));
  }

  private Collection<ObjectKey> concerned(Cached<Pod> pod) {
    return budgets.find(BY_NAMESPACE, pod.key().namespace()).stream()
        .filter(budget -> budget.value().selects(pod.value().metadata().labels()))
        .map(Cached::key)
        .toList();
  }

  /** Any may be about the pods' scale; there are few. */
  private Collection<ObjectKey> inNamespace(Optional<? extends Cached<?>> object) {
    return budgets.find(BY_NAMESPACE, object.orElseThrow().key().namespace()).stream()
        .map(Cached::key)
        .toList();
  }

  private Optional<View> observe(ObjectKey key, Optional<Failure> refusal) {
    return budgets.get(key).filter(b -> !b.value().metadata().isDeleting()).map(this::view);
  }

  private View view(Cached<Budget> budget) {
    List<Cached<Pod>> selected =
        pods.find(Pods.BY_NAMESPACE, budget.key().namespace()).stream()
            .filter(pod -> !pod.value().isTerminal())
            .filter(pod -> budget.value().selects(pod.value().metadata().labels()))
            .toList();
    return new View(budget, selected, scale(selected));
  }

  /** Each controller counts once; a pod without a known one counts itself. */
  private int scale(List<Cached<Pod>> selected) {
    Map<String, Integer> byController = new HashMap<>();
    for (Cached<Pod> pod : selected) {
      Optional<OwnerReference> owner = pod.value().metadata().controller();
      Optional<Cached<ReplicaSet>> set =
          owner
              .filter(o -> o.kind().equals("ReplicaSet"))
              .flatMap(o -> sets.get(sibling(pod.key(), ResourceType.REPLICA_SETS, o)));
      Optional<Cached<Deployment>> deployment =
          set.flatMap(s -> s.value().metadata().controller())
              .flatMap(o -> deployments.get(sibling(pod.key(), ResourceType.DEPLOYMENTS, o)));
      if (deployment.isPresent()) {
        byController.put(
            deployment.get().value().metadata().uid(), deployment.get().value().spec().replicas());
      } else if (set.isPresent()) {
        byController.put(set.get().value().metadata().uid(), set.get().value().spec().replicas());
      } else {
        byController.put(pod.value().metadata().uid(), 1);
      }
    }
    return byController.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static ObjectKey sibling(ObjectKey pod, ResourceType type, OwnerReference owner) {
    return new ObjectKey(type, pod.namespace(), owner.name());
  }
}
