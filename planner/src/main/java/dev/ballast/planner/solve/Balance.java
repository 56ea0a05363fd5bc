package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.ResourceNames;

/**
 * The soft score's currency. A node costs the squares of its CPU and memory load, in 1/65536 of
 * what it offers: the sum over nodes is least when load is spread, and when a node's CPU and memory
 * fill alike. It depends on the final state only, not on the order of placements.
 */
final class Balance {

  /** Load 1.0. */
  static final double FULL = 65536;

  /**
   * What one point of dislike ({@link dev.ballast.core.placement.NodeRules#dislike}) costs: 16 of
   * them weigh as much as one node filled from empty by a single resource.
   */
  static final long DISLIKE = 1L << 28;

  private Balance() {}

  /** What turns an amount of a resource into load on that node; 0 where it offers none. */
  static double perUnit(NodeState node, int resource) {
    long offered = node.allocatable(resource);
    return offered > 0 ? FULL / offered : 0;
  }

  /** The node's cost with that much in use. */
  static long cost(NodeState node, long cpu, long memory) {
    long cpuLoad = (long) (cpu * perUnit(node, ResourceNames.CPU));
    long memoryLoad = (long) (memory * perUnit(node, ResourceNames.MEMORY));
    return cpuLoad * cpuLoad + memoryLoad * memoryLoad;
  }
}
