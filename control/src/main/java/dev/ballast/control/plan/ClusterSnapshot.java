package dev.ballast.control.plan;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Pods are weighed otherwise from now on, or there are schedulers more or less. */
    default void profilesChanged() {}

    /** What rules of that kind refuse may be another thing now. */
    default void rulesChanged(Refusal.Rule rule) {}

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

  private final PodViews views;
  private final ResourceNames names;
  private final Map<String, NodeState> nodes = new HashMap<>();
  private final Map<ObjectKey, PodView> pods = new HashMap<>();
  private final Map<PodShape, PodShape> shapes = new HashMap<>();
  private final PriorityQueue<Integer> freeSlots = new PriorityQueue<>();
  private final Relations relations = new Relations(nodes::values, shapes::keySet);
  private final Map<ObjectKey, BudgetView> budgets = new LinkedHashMap<>();
  private final Map<String, GangView> gangs = new HashMap<>();
  private final Map<String, Integer> gangBound = new HashMap<>();
  private final Map<ObjectKey, PodView> nominated = new LinkedHashMap<>();
  private final Map<String, Integer> gated = new HashMap<>();
  private final Volumes volumes = new Volumes();
  private final Profiles profiles = new Profiles();
  private final Images images = new Images();
  private int slots;
  private int existing;
  private Listener listener = Listener.NONE;

  /** On its own. */
  public ClusterSnapshot() {
    this(new PodViews());
  }

  /**
   * @param views shared with other snapshots of the same cluster
   */
  public ClusterSnapshot(PodViews views) {
    this.views = views;
    this.names = views.names();
  }

  PodViews views() {
    return views;
  }

  public void listener(Listener newListener) {
    listener = newListener;
  }

  public ResourceNames names() {
    return names;
  }

  /** By which weights pods are placed. */
  public Profiles profiles() {
    return profiles;
  }

  /** Which images are where. */
  public Images images() {
    return images;
  }

  /** Where claims let pods go. */
  public Volumes volumes() {
    return volumes;
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
    int more = state.exists() ? 0 : 1;
    existing += more;
    Map<String, Long> imagesBefore = state.images();
    long[] allocatable = offered(node.status().allocatable());
    int gpus = gpus(allocatable);
    if (same) {
      state.node(node, allocatable, gpus);
    } else {
      relations.nodeChanges(state, () -> state.node(node, allocatable, gpus));
      images.change(imagesBefore, state.images(), more);
      listener.nodeChanged(state);
    }
  }

  public void nodeRemoved(String name) {
    NodeState state = nodes.get(name);
    if (state != null && state.exists()) {
      existing--;
      images.change(state.images(), Map.of(), -1);
      relations.nodeChanges(state, () -> state.node(null, new long[0], 0));
      listener.nodeChanged(state);
      forgetIfIdle(state);
    }
  }

  /** The disruption budgets that cover pods of that shape. */
  public List<BudgetView> budgets(PodShape shape) {
    return budgets.values().stream().filter(one -> one.covers(shape.identity())).toList();
  }

  /** The budgets of now. */
  public Collection<BudgetView> budgets() {
    return Collections.unmodifiableCollection(budgets.values());
  }

  public void budgetChanged(ObjectKey key, BudgetView budget) {
    budgets.put(key, budget);
  }

  public void budgetRemoved(ObjectKey key) {
    budgets.remove(key);
  }

  /** How many pods of a gang ({@code namespace/name}) must have a place; 0 when it is none. */
  public int gangNeeds(String gang) {
    GangView known = gang.isEmpty() ? null : gangs.get(gang);
    return known == null ? 0 : known.spec().minMember();
  }

  /** How many pods of a gang are bound and have not failed. */
  public int gangBound(String gang) {
    return gangBound.getOrDefault(gang, 0);
  }

  /** The group of that name ({@code namespace/name}), if there is one. */
  public Optional<GangView> gang(String gang) {
    return Optional.ofNullable(gangs.get(gang));
  }

  public void gangChanged(ObjectKey key, GangView gang) {
    gangs.put(key.namespace() + "/" + key.name(), gang);
    listener.rulesChanged(Refusal.Rule.COSCHEDULING);
  }

  public void gangRemoved(ObjectKey key) {
    gangs.remove(key.namespace() + "/" + key.name());
    listener.rulesChanged(Refusal.Rule.COSCHEDULING);
  }

  /** Waiting pods for which room is being made on a node. */
  public Collection<PodView> nominated() {
    return Collections.unmodifiableCollection(nominated.values());
  }

  /** How many pods scheduling gates hold back, by the name of their scheduler. */
  public Map<String, Integer> gated() {
    return Collections.unmodifiableMap(gated);
  }

  public void profileChanged(String name, ProfileView profile) {
    if (profiles.put(name, profile)) {
      listener.profilesChanged();
    }
  }

  public void profileRemoved(String name) {
    if (profiles.remove(name)) {
      listener.profilesChanged();
    }
  }

  public void namespaceChanged(String name, Map<String, String> labels) {
    relations.namespaceChanged(name, labels);
    listener.rulesChanged(Refusal.Rule.INTER_POD_AFFINITY);
  }

  public void namespaceRemoved(String name) {
    relations.namespaceRemoved(name);
    listener.rulesChanged(Refusal.Rule.INTER_POD_AFFINITY);
  }

  /** This version of the pod, or a newer one, is here already. */
  boolean knows(ObjectKey key, long revision) {
    PodView known = pods.get(key);
    return known != null && known.revision() >= revision;
  }

  public void podChanged(ObjectKey key, Pod pod, long revision) {
    if (knows(key, revision)) {
      return;
    }
    podSeen(views.view(key, pod, revision));
  }

  /** A version that is not known yet. */
  void podSeen(PodView pod) {
    replace(pods.get(pod.ref().key()), enrolled(pod));
  }

  /** A binding that this process just committed; its event will follow and change nothing. */
  public void podBound(Plan.Binding binding, long revision) {
    PodView before = pods.get(binding.pod().key());
    if (before != null && before.ref().equals(binding.pod()) && before.revision() < revision) {
      replace(before, enrolled(views.bound(before, binding, revision)));
    }
  }

  /**
   * As if the pod were bound, in this snapshot only: no other account hears of it, since it may
   * never be so. Taken back by {@link #podRemoved} and {@link #restore}.
   */
  public void suppose(Plan.Binding binding) {
    PodView before = pods.get(binding.pod().key());
    replace(before, enrolled(before.boundTo(binding.node(), binding.devices(), before.revision())));
  }

  /** Puts a pod back that {@link #podRemoved} took away. */
  public void restore(PodView pod) {
    if (pods.containsKey(pod.ref().key())) {
      throw new IllegalStateException(pod.ref() + " is there");
    }
    // Its shape may have been forgotten meanwhile.
    replace(null, enrolled(pod));
  }

  public void podRemoved(ObjectKey key) {
    PodView before = pods.remove(key);
    giveUpNomination(key);
    if (before != null) {
      count(before, -1);
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
    volumes.retain(keys);
    Set<String> profilesLeft = new HashSet<>();
    keys.stream()
        .filter(key -> key.type().equals(ResourceType.SCHEDULING_PROFILES))
        .forEach(key -> profilesLeft.add(key.name()));
    if (profiles.retain(profilesLeft)) {
      listener.profilesChanged();
    }
    budgets.keySet().removeIf(key -> !keys.contains(key));
    gangs
        .values()
        .removeIf(
            gang ->
                !keys.contains(
                    new ObjectKey(
                        ResourceType.POD_GROUPS,
                        gang.metadata().namespace(),
                        gang.metadata().name())));
    listener.rulesChanged(Refusal.Rule.COSCHEDULING);
    forgetShapes(); // first, for whoever is left has its rules read anew for each namespace gone
    relations.namespaces().stream()
        .filter(name -> !keys.contains(ObjectKey.cluster(ResourceType.NAMESPACES, name)))
        .toList()
        .forEach(this::namespaceRemoved);
  }

  /**
   * A node that offers whole GPUs offers shares of them too, and the other way round. None has room
   * for what is absurd.
   */
  private long[] offered(Map<String, String> allocatable) {
    String whole = allocatable.get(GpuDemand.WHOLE);
    String share = allocatable.get(GpuDemand.SHARE);
    if ((whole == null) == (share == null)) {
      return Amounts.capped(names.offers(allocatable), Amounts.ABSURD - 1);
    }
    Map<String, String> both = new HashMap<>(allocatable);
    if (whole == null) {
      long shares = Quantity.parse(share).units();
      both.put(GpuDemand.WHOLE, Long.toString(shares / GpuDemand.FULL));
    } else {
      long devices = Quantity.parse(whole).units();
      both.put(GpuDemand.SHARE, Long.toString(devices * GpuDemand.FULL));
    }
    return Amounts.capped(names.offers(both), Amounts.ABSURD - 1);
  }

  private int gpus(long[] allocatable) {
    int whole = names.find(GpuDemand.WHOLE);
    return whole < 0 ? 0 : Math.clamp(Amounts.at(allocatable, whole), 0, 1024);
  }

  private static boolean isSame(Node before, Node after) {
    return before.status().allocatable().equals(after.status().allocatable())
        && before.spec().equals(after.spec())
        && before.status().images().equals(after.status().images())
        && before.metadata().labels().equals(after.metadata().labels());
  }

  private void replace(PodView before, PodView after) {
    pods.put(after.ref().key(), after);
    if (after.waiting() && !after.nominatedNode().isEmpty()) {
      nominated.put(after.ref().key(), after);
    } else {
      giveUpNomination(after.ref().key());
    }
    if (before != null) {
      count(before, -1);
    }
    count(after, 1);
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
        volumes.use(after.shape(), 1);
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

  /** Room that was kept is free to others. */
  private void giveUpNomination(ObjectKey key) {
    PodView before = nominated.remove(key);
    NodeState node = before == null ? null : nodes.get(before.nominatedNode());
    if (node != null) {
      listener.usageChanged(node, true);
    }
  }

  private void count(PodView pod, int amount) {
    if (pod.gated()) {
      gated.merge(pod.schedulerName(), amount, (a, b) -> a + b == 0 ? null : a + b);
    }
    if (!pod.gang().isEmpty() && pod.usesCapacity()) {
      gangBound.merge(pod.gang(), amount, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  private void leave(PodView pod) {
    if (pod.usesCapacity()) {
      NodeState node = nodes.get(pod.node());
      relations.leave(pod, node);
      volumes.use(pod.shape(), -1);
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

  /** Those that no pod has any more. */
  private void forgetShapes() {
    Set<PodShape> used = Collections.newSetFromMap(new IdentityHashMap<>());
    pods.values().forEach(one -> used.add(one.shape()));
    if (shapes.keySet().removeIf(one -> !used.contains(one))) {
      relations.rebuild();
    }
  }

  /** With the one instance of its shape: siblings compare by identity. */
  private PodView enrolled(PodView pod) {
    if (shapes.size() > 2 * pods.size() + 1024) {
      forgetShapes();
    }
    PodShape known = shapes.putIfAbsent(pod.shape(), pod.shape());
    if (known == null) {
      relations.enroll(pod.shape());
    }
    return known == null || known == pod.shape() ? pod : pod.withShape(known);
  }
}
