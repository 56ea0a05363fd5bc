package dev.ballast.elasticpool.claim;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.runner.ActionApplier;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.ControllerRunner;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.workload.Pods;
import dev.ballast.core.action.Decision;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.claim.PoolReconciler.Held;
import dev.ballast.elasticpool.claim.PoolReconciler.NodeClass;
import dev.ballast.elasticpool.claim.Providers.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The controllers of pools and claims, wired: what wakes them and what they see. They run where the
 * leader is; started and closed once a term.
 */
public final class NodePools implements AutoCloseable {

  /** What every controller is given. */
  public record Surroundings(
      Informers informers,
      ResourceStore store,
      KindNames names,
      EventRecorder events,
      Timers timers,
      Ids ids,
      Telemetry telemetry) {}

  private static final ObjectKey ALL = ObjectKey.cluster(ResourceType.NODE_CLAIMS, "*");

  /** Machines are compared with claims this often; a provider may be far away. */
  private static final Duration SWEEP = Duration.ofSeconds(10);

  private static final Index<NodeClaim> OF_POOL =
      new Index<>(
          "pool",
          claim ->
              claim.value().metadata().controller().map(OwnerReference::uid).stream().toList());
  private static final Index<NodeClaim> BY_MACHINE =
      new Index<>("machine", claim -> List.of(claim.value().status().providerID()));
  static final Index<Node> NODE_OF_MACHINE =
      new Index<>("machine", node -> List.of(node.value().spec().providerID()));

  private final Providers providers;
  private final Informer<NodePool> pools;
  private final Informer<NodeClaim> claims;
  private final Informer<Node> nodes;
  private final Informer<Pod> pods;
  private final List<Informer<Meta>> classes;
  private final List<ControllerRunner<?>> runners = new ArrayList<>();

  /**
   * @param evict as the eviction subresource does; empty when the pod goes
   */
  public NodePools(
      Providers providers, Function<PodRef, Optional<Failure>> evict, Surroundings around) {
    this.providers = providers;
    Informers informers = around.informers();
    pools = informers.of(ResourceType.NODE_POOLS, NodePool.class);
    claims = informers.of(ResourceType.NODE_CLAIMS, NodeClaim.class);
    nodes = informers.of(ResourceType.NODES, Node.class);
    pods = informers.of(ResourceType.PODS, Pod.class);
    classes = providers.all().stream().map(one -> informers.of(one.classes(), Meta.class)).toList();
    Machines machines =
        new Machines(providers, around.store(), nodes, evict, around.timers(), around.telemetry());
    ActionApplier applier =
        new ActionApplier(around.store(), around.ids(), around.names(), around.events(), machines);
    for (Controller<?> controller : List.of(ofPools(), ofClaims(), ofLeftovers())) {
      runners.add(new ControllerRunner<>(controller, applier, around.timers(), around.telemetry()));
    }
  }

  public void start() {
    runners.forEach(ControllerRunner::start);
  }

  @Override
  public void close() {
    runners.forEach(ControllerRunner::close);
  }

  private Controller<?> ofPools() {
    List<Trigger<?>> triggers = new ArrayList<>();
    triggers.add(Trigger.itself(pools));
    triggers.add(Trigger.each(claims, NodePools::poolOf));
    triggers.add(Trigger.readOnly(pods));
    for (Informer<Meta> all : classes) {
      triggers.add(Trigger.each(all, one -> keys(pools.all())));
    }
    return new Controller<>("nodepool", triggers, this::pool, new PoolReconciler());
  }

  private static Collection<ObjectKey> poolOf(Cached<NodeClaim> claim) {
    return claim.value().metadata().controller().stream()
        .filter(owner -> owner.kind().equals("NodePool"))
        .map(owner -> ObjectKey.cluster(ResourceType.NODE_POOLS, owner.name()))
        .toList();
  }

  private Optional<PoolReconciler.View> pool(ObjectKey key, Optional<Failure> refusal) {
    return pools
        .get(key)
        .map(
            pool ->
                new PoolReconciler.View(
                    pool,
                    claims.find(OF_POOL, pool.value().metadata().uid()).stream()
                        .map(claim -> new Held(claim, podsOf(claim).size()))
                        .toList(),
                    nodeClass(pool.value().nodeClass()),
                    providers.kinds(),
                    refusal));
  }

  private NodeClass nodeClass(NodeClassRef named) {
    Optional<Provider> provider = providers.of(named);
    if (provider.isEmpty()) {
      return NodeClass.UNKNOWN;
    }
    ObjectKey key = ObjectKey.cluster(provider.get().classes(), named.name());
    return classes.get(providers.all().indexOf(provider.get())).get(key).isPresent()
        ? NodeClass.THERE
        : NodeClass.MISSING;
  }

  private List<Cached<Pod>> podsOf(Cached<NodeClaim> claim) {
    return nodes(claim.value()).stream()
        .flatMap(node -> pods.find(Pods.BY_NODE, node.key().name()).stream())
        .toList();
  }

  private List<Cached<Node>> nodes(NodeClaim claim) {
    return claim.isLaunched()
        ? nodes.find(NODE_OF_MACHINE, claim.status().providerID())
        : List.of();
  }

  private Controller<?> ofClaims() {
    return new Controller<>(
        "nodeclaim",
        List.of(
            Trigger.itself(claims),
            Trigger.each(nodes, this::claimOf),
            Trigger.each(pods, this::leaving)),
        (key, refusal) ->
            claims
                .get(key)
                .map(
                    claim ->
                        new ClaimReconciler.View(
                            claim,
                            nodes(claim.value()),
                            podsOf(claim),
                            providers.of(claim.value().spec().nodeClassRef()).isPresent(),
                            refusal)),
        new ClaimReconciler());
  }

  private Collection<ObjectKey> claimOf(Cached<Node> node) {
    String machine = node.value().spec().providerID();
    return machine.isEmpty() ? List.of() : keys(claims.find(BY_MACHINE, machine));
  }

  /** Pods matter to a claim on its way out only. */
  private Collection<ObjectKey> leaving(Cached<Pod> pod) {
    if (!pod.value().isBound()) {
      return List.of();
    }
    ObjectKey node = ObjectKey.cluster(ResourceType.NODES, pod.value().spec().nodeName());
    return nodes.get(node).map(this::claimOf).orElse(List.of()).stream()
        .filter(
            key -> claims.get(key).filter(one -> one.value().metadata().isDeleting()).isPresent())
        .toList();
  }

  private Controller<?> ofLeftovers() {
    return new Controller<List<Cached<NodeClaim>>>(
        "nodeclaim_garbage",
        "nodeclaim-controller",
        List.of(
            new Trigger<>(claims, NodePools::comesOrGoes, Duration.ofSeconds(1)),
            new Trigger<>(nodes, NodePools::comesOrGoes, Duration.ofSeconds(1))),
        (key, refusal) -> Optional.of(claims.all()),
        (all, now) ->
            Decision.<dev.ballast.core.action.Action>of(List.of(new ClaimAction.Sweep(all)))
                .andCheckAgain(SWEEP),
        1,
        SWEEP);
  }

  private static Collection<ObjectKey> comesOrGoes(Optional<?> before, Optional<?> after) {
    return before.isEmpty() || after.isEmpty() ? List.of(ALL) : List.of();
  }

  private static List<ObjectKey> keys(List<? extends Cached<?>> objects) {
    return objects.stream().<ObjectKey>map(Cached::key).toList();
  }
}
