package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Brings the number of a pool's claims to {@code spec.replicas}, and says how the pool is. A claim
 * on its way out does not count as one of them, but towards {@code limits.nodes} it does. A pool
 * that is deleted has its claims collected as everything that is owned. Pure.
 */
final class PoolReconciler implements Reconciler<PoolReconciler.View> {

  /** What there is of the class that the pool names. */
  enum NodeClass {
    THERE,
    MISSING,
    /** No provider here knows that kind. */
    UNKNOWN
  }

  /**
   * @param pods how many pods are on its node
   */
  record Held(Cached<NodeClaim> claim, int pods) {}

  /**
   * @param claims that the pool owns
   * @param kinds the kinds of class that there are providers for, in words
   */
  record View(
      Cached<NodePool> pool,
      List<Held> claims,
      NodeClass nodeClass,
      String kinds,
      Optional<Failure> refusal) {}

  /** So many claims may wait for their machine at once; more come as they get it. */
  static final int BURST = 100;

  /** Those that go first: what serves nobody yet, then what serves the fewest. */
  private static final Comparator<Held> EXPENDABLE =
      Comparator.<Held, Boolean>comparing(held -> held.claim().value().isLaunched())
          .thenComparing(held -> held.claim().value().is(Karpenter.REGISTERED_CONDITION))
          .thenComparingInt(Held::pods)
          .thenComparing(
              held -> held.claim().value().metadata().creationTimestamp(),
              Comparator.reverseOrder())
          .thenComparing(held -> held.claim().key());

  @Override
  public Decision<Action> reconcile(View view, Now now) {
    NodePool pool = view.pool().value();
    if (pool.metadata().isDeleting()) {
      return Decision.nothing();
    }
    List<Action> actions = new ArrayList<>();
    // First, for what refuses the next claim is told here and would end the round before.
    actions.add(PoolStatus.patch(view, now));
    if (pool.isFixed()) {
      actions.addAll(scale(view));
    }
    return Decision.of(actions);
  }

  private static List<Action> scale(View view) {
    NodePool pool = view.pool().value();
    List<Held> active =
        view.claims().stream()
            .filter(held -> !held.claim().value().metadata().isDeleting())
            .toList();
    long wanted = pool.spec().replicas();
    long missing = Math.min(wanted - active.size(), pool.limit() - view.claims().size());
    long waiting = active.stream().filter(held -> !held.claim().value().isLaunched()).count();
    List<Action> actions = new ArrayList<>();
    if (view.nodeClass() == NodeClass.THERE) {
      for (int i = 0; i < Math.min(missing, BURST - waiting); i++) {
        actions.add(create(view.pool()));
      }
    }
    active.stream()
        .sorted(EXPENDABLE)
        .limit(Math.max(0, active.size() - wanted))
        .forEach(held -> actions.add(delete(held.claim())));
    return actions;
  }

  private static Action create(Cached<NodePool> cached) {
    NodePool pool = cached.value();
    ObjectNode claim =
        Json.object().put("apiVersion", Karpenter.API_VERSION).put("kind", "NodeClaim");
    ObjectNode metadata = claim.putObject("metadata");
    metadata.put("generateName", cached.key().name() + "-");
    ObjectNode template = pool.spec().template().metadata();
    ObjectNode labels = metadata.putObject("labels");
    template.path("labels").properties().forEach(one -> labels.set(one.getKey(), one.getValue()));
    labels.put(Karpenter.POOL, cached.key().name());
    labels.put(pool.nodeClass().label(), pool.nodeClass().name());
    if (template.hasNonNull("annotations")) {
      metadata.set("annotations", template.get("annotations").deepCopy());
    }
    metadata
        .putArray("ownerReferences")
        .add(Owners.node(Owners.controller(Karpenter.API_VERSION, "NodePool", pool.metadata())));
    metadata.putArray("finalizers").add(Karpenter.FINALIZER);
    claim.set("spec", pool.spec().template().spec().deepCopy());
    return new Action.Create(ObjectKey.cluster(ResourceType.NODE_CLAIMS, ""), claim);
  }

  static Action delete(Cached<NodeClaim> claim) {
    return new Action.Delete(claim.key(), DeleteOptions.ofUid(claim.value().metadata().uid()));
  }
}
