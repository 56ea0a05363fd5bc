package dev.ballast.elasticpool.claim;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.runner.Effects;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.NodeProvider.Created;
import dev.ballast.core.pool.NodeProvider.Deleted;
import dev.ballast.core.pool.NodeProvider.Listed;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.claim.Providers.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs what claims want of providers and of pods. What a provider answers is recorded in the
 * claim as it is by then; should that be too late, the same is asked again, and the provider knows
 * the claim's uid. Thread-safe; blocks.
 */
final class Machines implements Effects {

  private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

  /** The pod was replaced, or its budget is used up: it is looked at again. */
  private static final List<Integer> NOT_NOW = List.of(409, 429);

  private final Providers providers;
  private final ResourceStore store;
  private final Informer<Node> nodes;
  private final Function<PodRef, Optional<Failure>> evict;
  private final Timers timers;
  private final Telemetry telemetry;

  /**
   * @param evict as the eviction subresource does; empty when the pod goes
   */
  Machines(
      Providers providers,
      ResourceStore store,
      Informer<Node> nodes,
      Function<PodRef, Optional<Failure>> evict,
      Timers timers,
      Telemetry telemetry) {
    this.providers = providers;
    this.store = store;
    this.nodes = nodes;
    this.evict = evict;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  @Override
  public Outcome perform(Action.Outside action) {
    return switch ((ClaimAction) action) {
      case ClaimAction.Launch launch -> launch(launch);
      case ClaimAction.End end -> end(end);
      case ClaimAction.Evict evicted -> evict(evicted.pod());
      case ClaimAction.Sweep sweep -> sweep(sweep.launched());
    };
  }

  private Outcome launch(ClaimAction.Launch launch) {
    Provider provider = provider(launch.nodeClass());
    if (store.get(ObjectKey.cluster(provider.classes(), launch.nodeClass().name())).isEmpty()) {
      return new Outcome.Failed(
          new Failure(404, "NodeClassNotFound", "there is no " + launch.nodeClass()));
    }
    return switch (provider.machines().create(launch.machine())) {
      case Created.Failed failed -> new Outcome.Failed(failed.failure());
      case Created.Made made -> {
        LOG.info("claim {} has machine {}", launch.claim().name(), made.machine().id());
        yield recorded(
            launch.claim(),
            launch.machine().token(),
            status ->
                status.put("providerID", made.machine().id()).holds(Karpenter.LAUNCHED).ready());
      }
    };
  }

  private Outcome end(ClaimAction.End end) {
    ObjectKey key = end.claim().key();
    NodeClaim claim = end.claim().value();
    String machine = claim.status().providerID();
    int left = Drain.of(claim, pods(machine), timers.now()).left();
    if (left > 0) {
      LOG.info("machine {} of claim {} stays: {} pods came late", machine, key.name(), left);
      return new Outcome.Then(List.of());
    }
    // Whom nobody provides has no machine: its claim is not to stay for ever.
    Deleted deleted =
        providers
            .of(claim.spec().nodeClassRef())
            .map(provider -> provider.machines().delete(machine))
            .orElseGet(Deleted.Gone::new);
    return switch (deleted) {
      case Deleted.Failed failed -> new Outcome.Failed(failed.failure());
      case Deleted.Gone gone -> {
        LOG.info("machine {} of claim {} is ended", machine, key.name());
        yield recorded(key, claim.metadata().uid(), status -> status.holds(Karpenter.TERMINATING));
      }
    };
  }

  /** Those bound to it by now: one bound just before its taint may be new to the informers. */
  private List<Cached<Pod>> pods(String machine) {
    List<Cached<Pod>> pods = new ArrayList<>();
    for (Cached<Node> node : nodes.find(NodePools.NODE_OF_MACHINE, machine)) {
      FieldSelector here = FieldSelector.equal("spec.nodeName", node.key().name());
      pods.addAll(all(ListQuery.all(ResourceType.PODS).withFields(here), Pod.class));
    }
    return pods;
  }

  /** In the claim as it is now; one that is gone leaves its machine to the next sweep. */
  private Outcome recorded(ObjectKey key, String uid, Function<ClaimStatus, ClaimStatus> what) {
    Optional<Document> found = store.get(key);
    if (found.isEmpty()) {
      return new Outcome.Failed(Failures.notFound(key));
    }
    NodeClaim claim = found.get().as(NodeClaim.class);
    if (!claim.metadata().uid().equals(uid)) {
      return new Outcome.Failed(Failures.uidMismatch(key, uid, claim.metadata().uid()));
    }
    ClaimStatus status = what.apply(new ClaimStatus(claim, timers.now()));
    return new Outcome.Then(List.of(status.patch(key, found.get().revision())));
  }

  private Provider provider(NodeClassRef nodeClass) {
    return providers
        .of(nodeClass)
        .orElseThrow(() -> new IllegalStateException("nobody provides " + nodeClass));
  }

  /** One that cannot go does not hold up those behind it: the drain looks again anyway. */
  private Outcome evict(PodRef pod) {
    evict
        .apply(pod)
        .filter(failure -> !NOT_NOW.contains(failure.code()))
        .ifPresent(
            failure -> {
              LOG.warn("{} cannot be evicted, again soon: {}", pod.key(), failure.message());
              telemetry.count("ballast_pool_errors_total", 1, "pool", "claims", "step", "evict");
            });
    return new Outcome.Then(List.of());
  }

  private Outcome sweep(List<Cached<NodeClaim>> launched) {
    List<Action> actions = new ArrayList<>();
    for (Provider provider : providers.all()) {
      List<Machine> machines;
      switch (provider.machines().list()) {
        case Listed.Failed failed -> {
          return new Outcome.Failed(failed.failure());
        }
        case Listed.Machines listed -> machines = listed.machines();
      }
      List<Cached<Node>> before = nodes.all();
      Leftovers found =
          Leftovers.of(
              launched.stream().filter(claim -> provider.makes(claim.value())).toList(),
              machines,
              before,
              all(ListQuery.all(ResourceType.NODE_CLAIMS), NodeClaim.class),
              timers.now());
      for (Machine machine : found.machines()) {
        LOG.warn("machine {} belongs to no claim: it is ended", machine.id());
        if (provider.machines().delete(machine.id()) instanceof Deleted.Failed failed) {
          return new Outcome.Failed(failed.failure());
        }
      }
      actions.addAll(found.actions());
    }
    return new Outcome.Then(actions.stream().distinct().toList());
  }

  private <T> List<Cached<T>> all(ListQuery query, Class<T> as) {
    if (store.list(query) instanceof ListResult.Page page) {
      return page.documents().stream()
          .map(one -> new Cached<>(one.key(), one.revision(), one.as(as)))
          .toList();
    }
    throw new IllegalStateException("a list of everything has one page");
  }
}
