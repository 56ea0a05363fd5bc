package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.NodeRules;

/**
 * Which nodes one set of rules accepts and how it likes them, as a tree over node slots in the
 * shape of {@link FreeIndex}: position 1 is the root, position {@code leaves + slot} a node. An
 * inner position has the least dislike below it.
 */
final class Eligibility {

  /** Nothing below accepts the pod. */
  static final int NONE = Integer.MAX_VALUE;

  private final NodeRules rules;
  private final int leaves;
  private final int[] dislike;

  Eligibility(NodeRules rules, int leaves, NodeState[] nodes) {
    this.rules = rules;
    this.leaves = leaves;
    this.dislike = new int[2 * leaves];
    for (int slot = 0; slot < leaves; slot++) {
      dislike[leaves + slot] = slot < nodes.length ? judge(nodes[slot]) : NONE;
    }
    for (int at = leaves - 1; at > 0; at--) {
      dislike[at] = Math.min(dislike[2 * at], dislike[2 * at + 1]);
    }
  }

  int at(int position) {
    return dislike[position];
  }

  void nodeChanged(NodeState node) {
    int at = leaves + node.slot();
    dislike[at] = judge(node);
    for (at /= 2; at > 0; at /= 2) {
      dislike[at] = Math.min(dislike[2 * at], dislike[2 * at + 1]);
    }
  }

  private int judge(NodeState node) {
    return node == null || !node.exists() || rules.refusal(node.node().orElseThrow()).isPresent()
        ? NONE
        : (int) rules.dislike(node.node().orElseThrow());
  }
}
