package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import dev.ballast.planner.solve.global.Search.Cooling;

/**
 * From what heat to what heat to anneal, by what random changes of a placement cost. Pure.
 *
 * @param hot near what dear changes cost
 * @param cold far below what cheap changes cost
 */
record Heat(double hot, double cold) {

  static Heat of(Problem problem, int[] placement, long seed) {
    if (System.getProperty("hot") != null) {
      return new Heat(
          Double.parseDouble(System.getProperty("hot")),
          Double.parseDouble(System.getProperty("cold")));
    }
    long[] sizes = Search.sample(problem, placement, seed);
    if (sizes.length == 0) {
      return new Heat(0, 0);
    }
    return new Heat(
        sizes[(int) (sizes.length * 0.2)], Math.max(0.1, 0.1 * sizes[(int) (sizes.length * 0.01)]));
  }

  Cooling cooling(long began, long lasts) {
    return hot > 0 && lasts > 0 ? new Cooling(hot, cold, began, lasts) : Cooling.NONE;
  }
}
