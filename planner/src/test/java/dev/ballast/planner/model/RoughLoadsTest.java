package dev.ballast.planner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoughLoadsTest {

  private static final int POINTS = 21;

  /** Two machines, two curves of which the second has a price, and as many shapes as processes. */
  private static Problem problem(int[] curves) {
    int processes = curves.length / POINTS / 2;
    int[] each = new int[processes];
    Arrays.setAll(each, i -> i);
    int[] start = new int[processes];
    int[] anywhere = new int[processes];
    Arrays.fill(anywhere, Shapes.ANYWHERE);
    return new Problem(
        new Dimensions(1, new boolean[1], 2, POINTS),
        new Machines(
            2,
            new long[] {9, 9},
            new long[] {9, 9},
            new int[] {1000, 1000, 1000, 1000},
            new int[2],
            new int[2],
            new int[2],
            new long[] {70, 70}),
        new Shapes(processes, new long[processes], curves, anywhere, List.of()),
        new Processes(processes, each, each, start, new long[processes], new long[processes]),
        Groups.free(processes),
        Prices.ofLoads(
            1, List.of(LoadPrice.of(true, 1, new long[] {1000}, share -> 1e6 * share * share))));
  }

  private static int[] curves(int processes, boolean flat, Random random) {
    int[] curves = new int[processes * 2 * POINTS];
    for (int i = 0; i < curves.length; i++) {
      curves[i] = flat && i % POINTS > 0 ? curves[i - 1] : random.nextInt(100);
    }
    return curves;
  }

  @Test
  void ofFlatCurvesTheEstimateIsExact() {
    State state = new State(problem(curves(6, true, new Random(1))));
    state.reset(new int[] {0, 0, 0, 1, 1, 1});
    assertTrue(state.estimates());
    assertEquals(state.moveChange(0, 1), state.roughMoveChange(0, 1));
    assertEquals(state.swapChange(1, 4), state.roughSwapChange(1, 4));
  }

  @Test
  void ofOthersItIsNearAndNotOffAfterManyMoves() {
    Problem problem = problem(curves(6, false, new Random(2)));
    State state = new State(problem);
    state.reset(new int[6]);
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      state.move(random.nextInt(6), random.nextInt(2));
    }
    int[] there = {0, 0, 0, 0, 0, 1};
    state.reset(there);
    long rough = state.roughMoveChange(0, 1);
    State fresh = new State(problem);
    fresh.reset(there);
    assertEquals(fresh.roughMoveChange(0, 1), rough);
    assertEquals(state.moveChange(0, 1), rough, 0.2 * Math.abs(rough));
  }

  @Test
  void theLastMoveClosesAMachineInTheEstimateToo() {
    State state = new State(problem(new int[2 * 2 * POINTS]));
    state.reset(new int[] {0, 1});
    assertEquals(-70, state.roughMoveChange(0, 1));
  }
}
