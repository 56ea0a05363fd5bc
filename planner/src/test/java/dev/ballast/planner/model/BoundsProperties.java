package dev.ballast.planner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
  private static final long OPEN = 1_000_000;

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

  /** Tables are rounded, so that a machine which is a little smaller may be the cheaper one. */
  @Example
  void aSmallerMachineMayBeTheCheaperOne() {
    long[] capacity = {32_776, 32_775};
    LoadPrice price = LoadPrice.of(false, 0, capacity, share -> 1e7 * Math.expm1(share));
    int cheaper = 0;
    for (int demand = 20_000; demand < 32_000; demand += 7) {
      Problem problem = oneOnTwo(capacity, demand, price);
      long best = OPEN + Math.min(price.of(0, demand), price.of(1, demand));
      cheaper += price.of(1, demand) < price.of(0, demand) ? 1 : 0;
      long bound = Bounds.loadPrices(problem);
      assertTrue(bound <= best, () -> "bound " + bound + " where " + best + " will do");
    }
    assertTrue(cheaper > 0);
  }

  private static Problem oneOnTwo(long[] capacity, long demand, LoadPrice price) {
    return new Problem(
        Dimensions.scalars(1),
        Machines.plain(2, capacity, new int[] {0, 1}, new long[] {OPEN, OPEN}),
        Shapes.plain(1, new long[] {demand}),
        new Processes(
            1, new int[1], new int[1], new int[] {Problem.UNPLACED}, new long[1], new long[1]),
        Groups.free(1),
        Prices.ofLoads(1, List.of(price)));
  }

  /** What a placement leaves out is no part of its bounds. */
  @Example
  void whatIsLeftOutNeedsNoMachine() {
    Problem problem = SmallPacking.of(1);
    int[] placement = problem.start();
    placement[0] = 0;
    assertEquals(1, Bounds.machines(Part.placed(problem, placement)));
    assertTrue(Bounds.machines(problem) > 1);
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
