package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.ScoreWeights;

/**
 * The soft score's currency: what the load of one node costs by the weights of a profile. CPU and
 * memory load count in 1/65536 of what the node offers. Their squares are least in sum when load is
 * spread, and most when it is packed; the square of their difference is least when both fill alike.
 * A cost depends on the final state only, not on the order of placements.
 */
final class Balance {

  /** Load 1.0. */
  static final double FULL = 65536;

  /**
   * What one point of dislike ({@link dev.ballast.core.placement.NodeRules#dislike}) costs: 16 of
   * them weigh as much as one node filled from empty by a single resource.
   */
  static final long DISLIKE = 1L << 28;

  /** As much as a node filled from empty by both resources. */
  static final long NEW_NODE = 1L << 33;

  private Balance() {}

  /** What turns an amount of a resource into load on that node; 0 where it offers none. */
  static double perUnit(NodeState node, int resource) {
    long offered = node.allocatable(resource);
    return offered > 0 ? FULL / offered : 0;
  }

  /**
   * The node's cost.
   *
   * @param inUse there are pods on it
   */
  static long cost(ScoreWeights weights, long cpuLoad, long memoryLoad, boolean inUse) {
    long cost = weights.load() * (cpuLoad * cpuLoad + memoryLoad * memoryLoad);
    if (weights.balancedAllocation() > 0) {
      long gap = cpuLoad - memoryLoad;
      cost += weights.balancedAllocation() * gap * gap;
    }
    return inUse ? cost + weights.newNode() * NEW_NODE : cost;
  }
}
