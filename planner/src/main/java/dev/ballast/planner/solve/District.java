package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import java.util.Arrays;

/**
 * Free capacity of a group of nodes in a tournament tree: position 1 is the root, position {@code
 * leaves + place} a node. An inner position holds, for each resource, the most that is free on one
 * node below it, and the least load below it. All nodes of a district are in the same domain of
 * every coarse topology, so that rules about such domains are asked once for all of them.
 *
 * <p>One node's change costs about log(nodes) steps. One thread.
 */
final class District {

  private static final long NOTHING = Long.MIN_VALUE;
  private static final double UNREACHABLE = Double.POSITIVE_INFINITY;

  /** Per position: least CPU load, least memory load, least load per millicore, per byte. */
  private static final int LOADS = 4;

  private final int number;
  private NodeState[] nodes = new NodeState[16];
  private int population;
  private int leaves = 16;
  private int resources;
  private long[] free;
  private double[] load;

  District(int number, int resources) {
    this.number = number;
    this.resources = resources;
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
    load[at * LOADS] += amount * shape.scoredCpu() * load[at * LOADS + 2];
    load[at * LOADS + 1] += amount * shape.scoredMemory() * load[at * LOADS + 3];
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
  double bound(int at, PodShape shape, Eligibility accepted) {
    int dislike = accepted.at(at);
    if (dislike == Eligibility.NONE || !hasRoom(at, shape)) {
      return Double.POSITIVE_INFINITY;
    }
    int loads = at * LOADS;
    double cpu = shape.scoredCpu() * load[loads + 2];
    double memory = shape.scoredMemory() * load[loads + 3];
    return (2 * load[loads] + cpu) * cpu
        + (2 * load[loads + 1] + memory) * memory
        + (double) dislike * Balance.DISLIKE;
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
    load[at * LOADS] = there ? node.scoredCpu() * perCpu : UNREACHABLE;
    load[at * LOADS + 1] = there ? node.scoredMemory() * perByte : UNREACHABLE;
    load[at * LOADS + 2] = perCpu;
    load[at * LOADS + 3] = perByte;
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

  private void rebuild() {
    free = new long[2 * leaves * resources];
    load = new double[2 * leaves * LOADS];
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
