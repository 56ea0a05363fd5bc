package dev.ballast.planner.solve;

import dev.ballast.control.plan.PodView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an unplaced pod costs: within one batch a pod weighs more than all pods of lower priority
 * together, so that numbers never outvote priority. Pure.
 */
final class Weights {

  /** Keeps the sum over a batch within a long; levels beyond it weigh the same. */
  private static final long MOST = 1L << 44;

  private Weights() {}

  static Map<Integer, Long> byPriority(List<PodView> pods) {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    pods.forEach(pod -> counts.merge(pod.priority(), 1, Integer::sum));
    Map<Integer, Long> weights = new HashMap<>();
    long below = 0;
    for (Map.Entry<Integer, Integer> level : counts.entrySet()) {
      long weight = Math.min(MOST, below + 1);
      weights.put(level.getKey(), weight);
      below = Math.min(MOST, below + weight * level.getValue());
    }
    return weights;
  }
}
