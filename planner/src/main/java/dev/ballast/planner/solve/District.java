package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.placement.ScoreWeights;
import java.util.Arrays;

/**
 * Free capacity of a group of nodes in a tournament tree: position 1 is the root, position {@code
 * leaves + place} a node. An inner position holds, for each resource, the most that is free on one
 * node below it, and the least load below it; a wide tree, which is for profiles that seek load or
 * balance, also the most load and the bounds of the gap between CPU and memory. All nodes of a
 * district are in the same domain of every coarse topology, so that rules about such domains are
 * asked once for all of them.
 *
 * <p>One node's change costs about log(nodes) steps. One thread.
 */
final class District {

  private static final long NOTHING = Long.MIN_VALUE;
  private static final double UNREACHABLE = Double.POSITIVE_INFINITY;

  /** Per position: least CPU load, least memory load, least load per millicore, per byte. */
  private static final int NARROW = 4;

  /** Of a wide tree also the most of these four, */
  private static final int MOST = 4;

  /** the least and the most that the CPU load is above the memory load, */
  private static final int LEAST_GAP = 8;

  private static final int MOST_GAP = 9;

  /** and 0 where a node below has pods, else 1. */
  private static final int UNUSED = 10;

  private static final int WIDE = 11;

  private int loads;
  private final int number;
  private NodeState[] nodes = new NodeState[16];
  private int population;
  private int leaves = 16;
  private int resources;
  private long[] free;
  private double[] load;

  District(int number, int resources, boolean wide) {
    this.number = number;
    this.resources = resources;
    this.loads = wide ? WIDE : NARROW;
    rebuild();
  }

  /** From now on any profile may ask. Never while anything is reserved. */
  void widen() {
    loads = WIDE;
    rebuild();
  }

  /** Small and unique among the districts of one index. */
  int number() {
    return number;
  }

  int leaves() {
    return leaves;
  }

  boolean isEmpty() {
    return population == 0;
  }

  /** The node at a place, or null. */
  NodeState node(int place) {
    return nodes[place];
  }

  /** Any node: as good as every other when it comes to coarse topologies. */
  NodeState sample() {
    for (NodeState node : nodes) {
      if (node != null) {
        return node;
      }
    }
    throw new IllegalStateException("an empty district has no sample");
  }

  /** Returns the node's place. */
  int add(NodeState node) {
    int place = 0;
    if (population == leaves) {
      place = leaves;
      leaves *= 2;
      nodes = Arrays.copyOf(nodes, leaves);
      rebuild();
    } else {
      // From behind the population on, where it is free unless nodes went.
      place = population;
      while (nodes[place] != null) {
        place = (place + 1) % leaves;
      }
    }
    nodes[place] = node;
    population++;
    show(place);
    return place;
  }

  void remove(int place) {
    nodes[place] = null;
    population--;
    show(place);
  }

  /** Takes over what the node says of itself. */
  void show(int place) {
    setLeaf(place);
    raise(leaves + place);
  }

  void resources(int size) {
    if (size > resources) {
      resources = size;
      rebuild();
    }
  }

  /** Counts so many more pods of the shape on the node. */
  void change(int place, PodShape shape, int amount) {
    int at = leaves + place;
    for (int resource : shape.asked()) {
      free[at * resources + resource] -= amount * shape.amounts()[resource];
    }
    load[at * loads] += amount * shape.scoredCpu() * load[at * loads + 2];
    load[at * loads + 1] += amount * shape.scoredMemory() * load[at * loads + 3];
    if (loads == WIDE) {
      setWideLeaf(place);
    }
    raise(at);
  }

  /** What is free of a resource at a place, reservations counted. */
  long free(int place, int resource) {
    return free[(leaves + place) * resources + resource];
  }

  boolean hasRoom(int position, PodShape shape) {
    long[] amounts = shape.amounts();
    int row = position * resources;
    for (int resource : shape.asked()) {
      if (amounts[resource] > free[row + resource]) {
        return false;
      }
    }
    return true;
  }

  /** No node below can take the pod for less; infinite when none can take it. Exact at a leaf. */
  double bound(int at, PodShape shape, ScoreWeights weights, Eligibility accepted) {
    int dislike = accepted.at(at);
    if (dislike == Eligibility.NONE || !hasRoom(at, shape)) {
      return Double.POSITIVE_INFINITY;
    }
    double byLoad =
        weights.onlySpreads()
            ? weights.leastAllocated() * growth(at * loads, shape)
            : wideBound(at * loads, shape, weights);
    return byLoad + (double) dislike * Balance.DISLIKE;
  }

  /** By how much the sum of the loads' squares grows with the pod, by four figures from there. */
  private double growth(int from, PodShape shape) {
    double cpu = shape.scoredCpu() * load[from + 2];
    double memory = shape.scoredMemory() * load[from + 3];
    return (2 * load[from] + cpu) * cpu + (2 * load[from + 1] + memory) * memory;
  }

  private double wideBound(int from, PodShape shape, ScoreWeights weights) {
    double cost =
        weights.load() == 0
            ? 0
            : weights.load() * growth(weights.load() > 0 ? from : from + MOST, shape);
    if (weights.balancedAllocation() > 0) {
      double least =
          shape.scoredCpu() * load[from + 2] - shape.scoredMemory() * load[from + MOST + 3];
      double most =
          shape.scoredCpu() * load[from + MOST + 2] - shape.scoredMemory() * load[from + 3];
      cost +=
          weights.balancedAllocation()
              * Math.min(
                  widening(load[from + LEAST_GAP], least, most),
                  widening(load[from + MOST_GAP], least, most));
    }
    return cost + weights.newNode() * load[from + UNUSED] * Balance.NEW_NODE;
  }

  /** The least growth of a gap's square when the gap changes by something between the two. */
  private static double widening(double gap, double least, double most) {
    double change = Math.min(most, Math.max(least, -gap));
    return (2 * gap + change) * change;
  }

  private void setLeaf(int place) {
    NodeState node = nodes[place];
    boolean there = node != null && node.exists();
    int at = leaves + place;
    for (int resource = 0; resource < resources; resource++) {
      free[at * resources + resource] = there ? node.free(resource) : NOTHING;
    }
    double perCpu = there ? Balance.perUnit(node, ResourceNames.CPU) : UNREACHABLE;
    double perByte = there ? Balance.perUnit(node, ResourceNames.MEMORY) : UNREACHABLE;
    load[at * loads] = there ? node.scoredCpu() * perCpu : UNREACHABLE;
    load[at * loads + 1] = there ? node.scoredMemory() * perByte : UNREACHABLE;
    load[at * loads + 2] = perCpu;
    load[at * loads + 3] = perByte;
    if (loads == WIDE) {
      setWideLeaf(place);
    }
  }

  private void setWideLeaf(int place) {
    NodeState node = nodes[place];
    boolean there = node != null && node.exists();
    int from = (leaves + place) * loads;
    for (int i = 0; i < NARROW; i++) {
      load[from + MOST + i] = there ? load[from + i] : -UNREACHABLE;
    }
    load[from + LEAST_GAP] = there ? load[from] - load[from + 1] : UNREACHABLE;
    load[from + MOST_GAP] = there ? load[from] - load[from + 1] : -UNREACHABLE;
    long slots = there ? node.allocatable(ResourceNames.PODS) : 0;
    load[from + UNUSED] = there && free(place, ResourceNames.PODS) < slots ? 0 : 1;
  }

  private static boolean isMost(int figure) {
    return figure == MOST_GAP || (figure >= MOST && figure < LEAST_GAP);
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
    int to = at * loads;
    for (int i = 0; i < loads; i++) {
      double one = load[2 * to + i];
      double other = load[2 * to + loads + i];
      double best = isMost(i) ? Math.max(one, other) : Math.min(one, other);
      changed |= load[to + i] != best;
      load[to + i] = best;
    }
    return changed;
  }

  private void rebuild() {
    free = new long[2 * leaves * resources];
    load = new double[2 * leaves * loads];
    Arrays.fill(free, NOTHING);
    Arrays.fill(load, UNREACHABLE);
    for (int place = 0; place < leaves; place++) {
      setLeaf(place);
    }
    for (int at = leaves - 1; at > 0; at--) {
      combine(at);
    }
  }
}
