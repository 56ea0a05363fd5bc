package dev.ballast.control.plan;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Nodes, pods and the room left, kept current by small changes: it is never rebuilt between
 * batches.
 *
 * <p>Invariant: each node's used amounts are the sum over the pods that are bound to it and not
 * terminal. Versions of a pod older than the known one are ignored, so events and the results of
 * one's own commits may arrive in any order. Not thread-safe: one owner, one thread at a time.
 */
public final class ClusterSnapshot {

  /** Told after each change; used to keep indexes and queues beside the snapshot. */
  public interface Listener {
    /**
     * What placement reads of the node itself changed, or it came or went ({@link
     * NodeState#exists}). Heartbeats are no such change.
     */
    void nodeChanged(NodeState node);

    /**
     * What is used on the node changed.
     *
     * @param freed a pod left it
     */
    void usageChanged(NodeState node, boolean freed);

    /** A pod that did not wait before, or waited in another form, waits for a node. */
    void podWaits(PodView pod);

    /** A pod that waited does so no longer: bound, gone, or held back. */
    void podLeft(PodView pod);

    Listener NONE =
        new Listener() {
          @Override
          public void nodeChanged(NodeState node) {}

          @Override
          public void usageChanged(NodeState node, boolean freed) {}

          @Override
          public void podWaits(PodView pod) {}

          @Override
          public void podLeft(PodView pod) {}
        };
  }

  private final ResourceNames names = new ResourceNames();
  private final Map<String, NodeState> nodes = new HashMap<>();
  private final Map<ObjectKey, PodView> pods = new HashMap<>();
  private final Map<PodShape, PodShape> shapes = new HashMap<>();
  private final PriorityQueue<Integer> freeSlots = new PriorityQueue<>();
  private final Relations relations = new Relations(nodes::values, shapes::keySet);
  private int slots;
  private int existing;
  private Listener listener = Listener.NONE;

  public void listener(Listener newListener) {
    listener = newListener;
  }

  public ResourceNames names() {
    return names;
  }

  /** How the pods stand to each other. */
  public Relations relations() {
    return relations;
  }

  /** Every node spoken of, also those that do not exist. */
  public Collection<NodeState> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  public Optional<NodeState> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  /** How many nodes exist. */
  public int nodeCount() {
    return existing;
  }

  public Collection<PodView> pods() {
    return Collections.unmodifiableCollection(pods.values());
  }

  public Optional<PodView> pod(ObjectKey key) {
    return Optional.ofNullable(pods.get(key));
  }

  public void nodeChanged(Node node) {
    NodeState state = reach(node.metadata().name());
    boolean same = state.node().filter(before -> isSame(before, node)).isPresent();
    existing += state.exists() ? 0 : 1;
    long[] allocatable = names.amounts(node.status().allocatable());
    if (same) {
      state.node(node, allocatable);
    } else {
      relations.nodeChanges(state, () -> state.node(node, allocatable));
      listener.nodeChanged(state);
    }
  }

  public void nodeRemoved(String name) {
    NodeState state = nodes.get(name);
    if (state != null && state.exists()) {
      existing--;
      relations.nodeChanges(state, () -> state.node(null, new long[0]));
      listener.nodeChanged(state);
      forgetIfIdle(state);
    }
  }

  public void namespaceChanged(String name, Map<String, String> labels) {
    relations.namespaceChanged(name, labels);
  }

  public void namespaceRemoved(String name) {
    relations.namespaceRemoved(name);
  }

  public void podChanged(ObjectKey key, Pod pod, long revision) {
    PodView before = pods.get(key);
    if (before != null && before.revision() >= revision) {
      return;
    }
    PodShape shape = shape(pod);
    PodRef ref = new PodRef(key, pod.metadata().uid());
    replace(before, PodView.of(ref, pod, revision, shape));
  }

  /** A binding that this process just committed; its event will follow and change nothing. */
  public void podBound(PodRef pod, String node, long revision) {
    PodView before = pods.get(pod.key());
    if (before != null && before.ref().equals(pod) && before.revision() < revision) {
      replace(before, before.boundTo(node, revision));
    }
  }

  public void podRemoved(ObjectKey key) {
    PodView before = pods.remove(key);
    if (before != null) {
      leave(before);
      if (before.waiting()) {
        listener.podLeft(before);
      }
    }
  }

  /** Forgets everything that a fresh list does not name: what went while nobody watched. */
  public void retain(Set<ObjectKey> keys) {
    pods.keySet().stream().filter(key -> !keys.contains(key)).toList().forEach(this::podRemoved);
    nodes.keySet().stream()
        .filter(name -> !keys.contains(ObjectKey.cluster(ResourceType.NODES, name)))
        .toList()
        .forEach(this::nodeRemoved);
    relations.namespaces().stream()
        .filter(name -> !keys.contains(ObjectKey.cluster(ResourceType.NAMESPACES, name)))
        .toList()
        .forEach(this::namespaceRemoved);
  }

  private static boolean isSame(Node before, Node after) {
    return before.status().allocatable().equals(after.status().allocatable())
        && before.spec().equals(after.spec())
        && before.status().images().equals(after.status().images())
        && before.metadata().labels().equals(after.metadata().labels());
  }

  private void replace(PodView before, PodView after) {
    pods.put(after.ref().key(), after);
    boolean samePlace =
        before != null
            && before.usesCapacity() == after.usesCapacity()
            && before.node().equals(after.node())
            && before.deleting() == after.deleting()
            && before.shape() == after.shape();
    if (!samePlace) {
      if (before != null) {
        leave(before);
      }
      if (after.usesCapacity()) {
        NodeState node = reach(after.node());
        relations.arrive(after, node);
        node.add(after);
        listener.usageChanged(node, false);
      }
    } else if (after.usesCapacity()) {
      reach(after.node()).renew(after);
    }
    if (before != null && before.waiting() && !after.waiting()) {
      listener.podLeft(before);
    }
    if (after.waiting()) {
      listener.podWaits(after);
    }
  }

  private void leave(PodView pod) {
    if (pod.usesCapacity()) {
      NodeState node = nodes.get(pod.node());
      relations.leave(pod, node);
      node.remove(pod);
      listener.usageChanged(node, true);
      forgetIfIdle(node);
    }
  }

  private NodeState reach(String name) {
    return nodes.computeIfAbsent(
        name, n -> new NodeState(n, freeSlots.isEmpty() ? slots++ : freeSlots.poll()));
  }

  private void forgetIfIdle(NodeState node) {
    if (!node.exists() && node.pods() == 0) {
      nodes.remove(node.name());
      freeSlots.add(node.slot());
    }
  }

  /** One instance per distinct shape, so that siblings compare by identity and cost no memory. */
  private PodShape shape(Pod pod) {
    if (shapes.size() > 2 * pods.size() + 1024) {
      Set<PodShape> used = Collections.newSetFromMap(new IdentityHashMap<>());
      pods.values().forEach(one -> used.add(one.shape()));
      shapes.keySet().removeIf(one -> !used.contains(one));
      relations.rebuild();
    }
    PodShape shape = PodShape.of(pod, names);
    PodShape known = shapes.putIfAbsent(shape, shape);
    if (known == null) {
      relations.enroll(shape);
      return shape;
    }
    return known;
  }
}
