package dev.ballast.planner.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** No bound is ever better than the best placement, found by trying all; and they are near it. */
class BoundsProperties {

  private static final int CASES = 150;

  @Property(tries = CASES)
  void noPlacementUsesFewerMachines(@ForAll long seed) {
    Problem problem = SmallPacking.of(seed);
    long best = SmallPacking.least(problem, true);
    if (best < Long.MAX_VALUE) {
      int bound = Bounds.machines(problem);
      assertTrue(bound <= best, () -> "bound " + bound + " where " + best + " will do");
    }
  }

  @Property(tries = 60)
  void noPlacementIsCheaper(@ForAll long seed) {
    Problem problem = SmallPacking.of(seed);
    if (problem.processes().count() > 6) {
      return;
    }
    long best = SmallPacking.least(problem, false);
    if (best < Long.MAX_VALUE) {
      long bound = Bounds.loadPrices(problem);
      assertTrue(bound <= best, () -> "bound " + bound + " where " + best + " will do");
    }
  }

  /** A gap that is reported is the true one or more; at the median by a tenth at most. */
  @Example
  void halfOfTheBoundsAreWithinATenthOfTheBest() {
    List<Double> slack = new ArrayList<>();
    for (int seed = 1; seed <= CASES; seed++) {
      Problem problem = SmallPacking.of(seed);
      long best = SmallPacking.least(problem, true);
      if (best < Long.MAX_VALUE) {
        slack.add((best - Bounds.machines(problem)) / (double) best);
      }
    }
    Collections.sort(slack);
    double median = slack.get(slack.size() / 2);
    long exact = slack.stream().filter(one -> one == 0).count();
    System.out.printf(
        "bounds of %d small cases: median slack %.1f%%, %d exact%n",
        slack.size(), 100 * median, exact);
    assertTrue(median <= 0.1, "median slack " + median);
  }
}
