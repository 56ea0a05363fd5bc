package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;

/** The nodes whose room changed lately, in order: caches catch up by it. One thread. */
final class RecentNodes {

  /** A power of two. */
  private static final int REMEMBERED = 8192;

  private final NodeState[] nodes = new NodeState[REMEMBERED];
  private long count;

  void add(NodeState node) {
    nodes[(int) (count++ & (REMEMBERED - 1))] = node;
  }

  /** How many changes there were, ever. */
  long count() {
    return count;
  }

  /** Is the change of that number still known? */
  boolean remembers(long number) {
    return count - number <= REMEMBERED;
  }

  NodeState at(long number) {
    return nodes[(int) (number & (REMEMBERED - 1))];
  }
}
