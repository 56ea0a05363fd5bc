package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import java.util.function.ToIntFunction;

/**
 * Which nodes of a district a class of pods may use and how it likes them, as a tree in the
 * district's shape. An inner position has the least dislike below it.
 */
final class Eligibility {

  /** Nothing below accepts the pod. */
  static final int NONE = Integer.MAX_VALUE;

  private final ToIntFunction<NodeState> judge;
  private final int leaves;
  private final int[] dislike;

  /**
   * @param judge a node's dislike, or {@link #NONE}
   */
  Eligibility(District district, ToIntFunction<NodeState> judge) {
    this.judge = judge;
    this.leaves = district.leaves();
    this.dislike = new int[2 * leaves];
    for (int place = 0; place < leaves; place++) {
      dislike[leaves + place] = of(district.node(place));
    }
    for (int at = leaves - 1; at > 0; at--) {
      dislike[at] = Math.min(dislike[2 * at], dislike[2 * at + 1]);
    }
  }

  int leaves() {
    return leaves;
  }

  int at(int position) {
    return dislike[position];
  }

  void nodeChanged(int place, NodeState node) {
    int at = leaves + place;
    dislike[at] = of(node);
    for (at /= 2; at > 0; at /= 2) {
      int least = Math.min(dislike[2 * at], dislike[2 * at + 1]);
      if (dislike[at] == least) {
        return;
      }
      dislike[at] = least;
    }
  }

  private int of(NodeState node) {
    return node == null || !node.exists() ? NONE : judge.applyAsInt(node);
  }
}
