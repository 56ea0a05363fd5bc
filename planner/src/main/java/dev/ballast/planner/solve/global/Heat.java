package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import dev.ballast.planner.solve.global.Search.Cooling;
import java.util.Arrays;

/**
 * From what heat to what heat to anneal, by what random changes of a placement cost. Pure.
 *
 * @param hot above what all but the dearest changes cost, and enough to open a machine
 * @param cold what only the cheapest changes cost
 */
record Heat(double hot, double cold) {

  private static final double HOT = 4;
  private static final double DEAR = 0.98;
  private static final double CHEAP = 0.05;
  private static final double COLD = 0.25;

  static Heat of(Problem problem, int[] placement, long seed) {
    long[] sizes = Search.sample(problem, placement, seed);
    if (sizes.length == 0) {
      return new Heat(0, 0);
    }
    long open = Arrays.stream(problem.machines().openPrice()).max().orElse(0);
    return new Heat(
        Math.max(open, HOT * quantile(sizes, DEAR)), Math.max(0.1, COLD * quantile(sizes, CHEAP)));
  }

  private static long quantile(long[] sorted, double part) {
    return sorted[(int) (sorted.length * part)];
  }

  Cooling cooling(long began, long lasts) {
    return hot > 0 && lasts > 0 ? new Cooling(hot, cold, began, lasts) : Cooling.NONE;
  }
}
