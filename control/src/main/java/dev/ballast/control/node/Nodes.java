package dev.ballast.control.node;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.node.Heartbeats.Lease;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Trigger;
import dev.ballast.control.workload.Pods;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The node life cycle's controllers: what wakes them and what they see. */
public final class Nodes {

  private static final String COMPONENT = "node-controller";
  private static final ObjectKey ALL = ObjectKey.cluster(ResourceType.NODES, "*");

  /** A look at all nodes, once for all that changed meanwhile: thousands join at a time. */
  private static final Duration GATHER = Duration.ofSeconds(1);

  private final Informer<Node> nodes;
  private final Informer<Pod> pods;
  private final Informer<Lease> leases;
  private final Heartbeats heartbeats;

  private Nodes(Informers informers, Timers timers) {
    nodes = informers.of(ResourceType.NODES, Node.class);
    pods = informers.of(ResourceType.PODS, Pod.class);
    leases = informers.of(ResourceType.LEASES, Lease.class);
    heartbeats = new Heartbeats(timers);
    heartbeats.follow(leases, nodes);
  }

  /**
   * @param grace how long a node may be silent before it counts as unreachable
   */
  public static List<Controller<?>> controllers(
      Informers informers, Timers timers, Duration grace) {
    Nodes self = new Nodes(informers, timers);
    return List.of(self.health(grace), self.pace(), self.eviction(), self.leftLeases(grace));
  }

  private Controller<?> health(Duration grace) {
    return new Controller<NodeView>(
        "node_lifecycle",
        COMPONENT,
        List.of(Trigger.itself(nodes), Trigger.readOnly(leases)),
        (key, refusal) ->
            nodes.get(key).map(node -> new NodeView(node, heartbeats.last(key.name()))),
        new NodeHealth(grace),
        4,
        Duration.ofMinutes(1));
  }

  private Controller<?> pace() {
    return new Controller<List<Cached<Node>>>(
        "node_eviction_pace",
        COMPONENT,
        List.of(
            new Trigger<>(
                nodes,
                (before, after) -> EvictionPace.concerns(before, after) ? List.of(ALL) : List.of(),
                GATHER)),
        (key, refusal) -> Optional.of(nodes.all()),
        new EvictionPace(),
        1,
        Duration.ofMinutes(1));
  }

  private Controller<?> leftLeases(Duration grace) {
    return new Controller<LeftLeases.View>(
        "node_lease",
        COMPONENT,
        List.of(
            new Trigger<>(nodes, (before, after) -> after.isEmpty() ? lease(before) : List.of()),
            new Trigger<>(leases, (before, after) -> before.isEmpty() ? lease(after) : List.of())),
        (key, refusal) ->
            leases
                .get(key)
                .map(
                    lease ->
                        new LeftLeases.View(
                            lease,
                            nodes
                                .get(ObjectKey.cluster(ResourceType.NODES, key.name()))
                                .isPresent(),
                            heartbeats.last(key.name()))),
        new LeftLeases(grace),
        1,
        Duration.ofMinutes(5));
  }

  /** Other leases are none of a node's. */
  private static List<ObjectKey> lease(Optional<? extends Cached<?>> object) {
    ObjectKey key = object.orElseThrow().key();
    boolean ours = key.namespace().isEmpty() || key.namespace().equals(Heartbeats.LEASES);
    return ours
        ? List.of(new ObjectKey(ResourceType.LEASES, Heartbeats.LEASES, key.name()))
        : List.of();
  }

  private Controller<?> eviction() {
    return new Controller<>(
        "taint_eviction",
        COMPONENT,
        List.of(new Trigger<>(pods, this::boundPod), new Trigger<>(nodes, this::podsOfNode)),
        this::observe,
        new PodEviction(),
        4,
        Duration.ofMinutes(5));
  }

  /** A pod that was just bound, or is seen for the first time. */
  private Collection<ObjectKey> boundPod(
      Optional<Cached<Pod>> before, Optional<Cached<Pod>> after) {
    boolean bound = after.isPresent() && after.get().value().isBound();
    boolean news = before.isEmpty() || !before.get().value().isBound();
    return bound && news ? List.of(after.get().key()) : List.of();
  }

  private Collection<ObjectKey> podsOfNode(
      Optional<Cached<Node>> before, Optional<Cached<Node>> after) {
    boolean same =
        before.isPresent()
            && after.isPresent()
            && before.get().value().spec().taints().equals(after.get().value().spec().taints());
    if (same) {
      return List.of();
    }
    String name = after.or(() -> before).orElseThrow().key().name();
    return pods.find(Pods.BY_NODE, name).stream().map(Cached::key).toList();
  }

  private Optional<PodOnNode> observe(ObjectKey key, Optional<Failure> refusal) {
    return pods.get(key)
        .filter(pod -> pod.value().isBound())
        .map(
            pod -> {
              Optional<Cached<Node>> node =
                  nodes.get(ObjectKey.cluster(ResourceType.NODES, pod.value().spec().nodeName()));
              return new PodOnNode(pod, node, node.isEmpty() && hasSeen(pod.revision()));
            });
  }

  /** A node exists before a pod is bound to it. */
  private boolean hasSeen(long revision) {
    if (nodes.seen() < revision) {
      nodes.whenSeen(revision, () -> {});
      return false;
    }
    return true;
  }
}
