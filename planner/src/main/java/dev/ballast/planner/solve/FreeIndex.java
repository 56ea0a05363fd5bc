package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.NodeRules;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Free capacity of all nodes in a tournament tree: an inner position holds, for each resource, the
 * most that is free on one node below it, and the least load below it. The cheapest node for a pod
 * is found by branch and bound in about log(nodes) steps, and one node's change costs as much.
 *
 * <p>Follows the snapshot node by node ({@link #nodeChanged}, {@link #usageChanged}); within a
 * batch it counts the pods placed so far by {@link #reserve}, until {@link #release}. One thread.
 */
final class FreeIndex {

  private static final long NOTHING = Long.MIN_VALUE;
  private static final double UNREACHABLE = Double.POSITIVE_INFINITY;

  /** How long a search goes on looking for a still cheaper node once it has one. */
  private static final int PATIENCE = 256;

  private static final int CLASSES = 256;

  /** Per position: least CPU load, least memory load, least load per millicore, per byte. */
  private static final int LOADS = 4;

  private record Reserved(NodeState node, PodShape shape) {}

  private final ClusterSnapshot snapshot;
  private final List<Reserved> reserved = new ArrayList<>();
  private final Map<NodeState, List<HostPort>> reservedPorts = new HashMap<>();
  private final LinkedHashMap<NodeRules, Eligibility> eligible =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeRules, Eligibility> eldest) {
          return size() > CLASSES;
        }
      };
  private NodeState[] nodes = {};
  private int leaves = 1;
  private int resources;
  private long[] free = {};
  private double[] load = {};

  private double bestCost;
  private int bestSlot;
  private int patience;

  FreeIndex(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
    rebuild(16);
    snapshot.nodes().forEach(this::nodeChanged);
  }

  /** The nodes that exist. */
  List<NodeState> nodes() {
    return Arrays.stream(nodes).filter(n -> n != null && n.exists()).toList();
  }

  void nodeChanged(NodeState node) {
    usageChanged(node);
    eligible.values().forEach(classOfPods -> classOfPods.nodeChanged(node));
  }

  void usageChanged(NodeState node) {
    if (node.slot() >= leaves) {
      rebuild(Math.max(2 * leaves, Integer.highestOneBit(node.slot()) * 2));
    } else if (snapshot.names().size() > resources) {
      rebuild(leaves);
    }
    nodes[node.slot()] = node;
    setLeaf(node);
    raise(leaves + node.slot());
  }

  /** The cheapest node that takes a pod of the shape, or null. */
  NodeState best(PodShape shape) {
    if (snapshot.names().size() > resources) {
      rebuild(leaves);
    }
    Optional<String> only = shape.rules().onlyNode();
    if (only.isPresent()) {
      return snapshot.node(only.get()).filter(node -> takes(node, shape)).orElse(null);
    }
    Eligibility accepted =
        eligible.computeIfAbsent(shape.rules(), r -> new Eligibility(r, leaves, nodes));
    bestCost = Double.POSITIVE_INFINITY;
    bestSlot = -1;
    patience = PATIENCE;
    descend(1, bound(1, shape, accepted), shape, accepted);
    return bestSlot < 0 ? null : nodes[bestSlot];
  }

  /** Counts a pod as placed until {@link #release}. */
  void reserve(NodeState node, PodShape shape) {
    reserved.add(new Reserved(node, shape));
    if (!shape.ports().isEmpty()) {
      reservedPorts.computeIfAbsent(node, n -> new ArrayList<>()).addAll(shape.ports());
    }
    change(node, shape, 1);
  }

  private void change(NodeState node, PodShape shape, int sign) {
    int at = leaves + node.slot();
    for (int resource : shape.asked()) {
      free[at * resources + resource] -= sign * shape.amounts()[resource];
    }
    load[at * LOADS] += sign * shape.scoredCpu() * load[at * LOADS + 2];
    load[at * LOADS + 1] += sign * shape.scoredMemory() * load[at * LOADS + 3];
    raise(at);
  }

  /** Takes back one {@link #reserve}. */
  void cancel(NodeState node, PodShape shape) {
    reserved.remove(new Reserved(node, shape));
    shape.ports().forEach(reservedPorts.getOrDefault(node, new ArrayList<>())::remove);
    change(node, shape, -1);
  }

  /** Forgets all reservations: the index shows the snapshot again. */
  void release() {
    for (Reserved one : reserved) {
      setLeaf(one.node());
    }
    for (Reserved one : reserved) {
      raise(leaves + one.node().slot());
    }
    reserved.clear();
    reservedPorts.clear();
  }

  private void descend(int at, double bound, PodShape shape, Eligibility accepted) {
    if (bound >= bestCost || (bestSlot >= 0 && patience-- <= 0)) {
      return;
    }
    if (at >= leaves) {
      int slot = at - leaves;
      if (shape.ports().isEmpty() || portsFree(nodes[slot], shape)) {
        bestCost = bound;
        bestSlot = slot;
      }
      return;
    }
    double left = bound(2 * at, shape, accepted);
    double right = bound(2 * at + 1, shape, accepted);
    if (left <= right) {
      descend(2 * at, left, shape, accepted);
      descend(2 * at + 1, right, shape, accepted);
    } else {
      descend(2 * at + 1, right, shape, accepted);
      descend(2 * at, left, shape, accepted);
    }
  }

  /** No node below can take the pod for less; infinite when none can take it. Exact at a leaf. */
  private double bound(int at, PodShape shape, Eligibility accepted) {
    int dislike = accepted.at(at);
    if (dislike == Eligibility.NONE) {
      return Double.POSITIVE_INFINITY;
    }
    long[] amounts = shape.amounts();
    int row = at * resources;
    for (int resource : shape.asked()) {
      if (amounts[resource] > free[row + resource]) {
        return Double.POSITIVE_INFINITY;
      }
    }
    int loads = at * LOADS;
    double cpu = shape.scoredCpu() * load[loads + 2];
    double memory = shape.scoredMemory() * load[loads + 3];
    return (2 * load[loads] + cpu) * cpu
        + (2 * load[loads + 1] + memory) * memory
        + (double) dislike * Balance.DISLIKE;
  }

  /** True when one more pod of the shape may go there, beside all that is reserved. */
  boolean takes(NodeState node, PodShape shape) {
    int row = (leaves + node.slot()) * resources;
    for (int resource : shape.asked()) {
      if (shape.amounts()[resource] > free[row + resource]) {
        return false;
      }
    }
    return node.exists()
        && shape.rules().refusal(node.node().orElseThrow()).isEmpty()
        && portsFree(node, shape);
  }

  private boolean portsFree(NodeState node, PodShape shape) {
    return node.hasFree(shape.ports())
        && Tally.disjoint(shape.ports(), reservedPorts.getOrDefault(node, List.of()));
  }

  private void setLeaf(NodeState node) {
    int at = leaves + node.slot();
    for (int resource = 0; resource < resources; resource++) {
      free[at * resources + resource] = node.exists() ? node.free(resource) : NOTHING;
    }
    double perCpu = Balance.perUnit(node, ResourceNames.CPU);
    double perByte = Balance.perUnit(node, ResourceNames.MEMORY);
    load[at * LOADS] = node.exists() ? node.scoredCpu() * perCpu : UNREACHABLE;
    load[at * LOADS + 1] = node.exists() ? node.scoredMemory() * perByte : UNREACHABLE;
    load[at * LOADS + 2] = node.exists() ? perCpu : UNREACHABLE;
    load[at * LOADS + 3] = node.exists() ? perByte : UNREACHABLE;
  }

  private void raise(int leaf) {
    for (int at = leaf / 2; at > 0; at /= 2) {
      if (!combine(at)) {
        return;
      }
    }
  }

  /** Takes the best of the two positions below; false when nothing changed by that. */
  private boolean combine(int at) {
    boolean changed = false;
    int left = 2 * at * resources;
    int right = left + resources;
    int row = at * resources;
    for (int resource = 0; resource < resources; resource++) {
      long most = Math.max(free[left + resource], free[right + resource]);
      changed |= free[row + resource] != most;
      free[row + resource] = most;
    }
    int loads = at * LOADS;
    for (int i = 0; i < LOADS; i++) {
      double least = Math.min(load[2 * loads + i], load[2 * loads + LOADS + i]);
      changed |= load[loads + i] != least;
      load[loads + i] = least;
    }
    return changed;
  }

  private void rebuild(int newLeaves) {
    eligible.clear();
    nodes = Arrays.copyOf(nodes, newLeaves);
    leaves = newLeaves;
    resources = snapshot.names().size();
    free = new long[2 * leaves * resources];
    load = new double[2 * leaves * LOADS];
    Arrays.fill(free, NOTHING);
    Arrays.fill(load, UNREACHABLE);
    for (NodeState node : nodes) {
      if (node != null) {
        setLeaf(node);
      }
    }
    for (int at = leaves - 1; at > 0; at--) {
      combine(at);
    }
  }
}
