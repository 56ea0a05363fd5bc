package dev.ballast.planner.solve.global;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.planner.model.Dimensions;
import dev.ballast.planner.model.Groups;
import dev.ballast.planner.model.Machines;
import dev.ballast.planner.model.Prices;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Processes;
import dev.ballast.planner.model.Shapes;
import dev.ballast.planner.model.State;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmptyingTest {

  private static final int OPEN = 100;

  /** Processes of one size on machines of one, at a price for each that is not at its start. */
  private static Problem problem(int machines, long capacity, long movePrice, int... start) {
    long[] capacities = new long[machines];
    Arrays.fill(capacities, capacity);
    long[] open = new long[machines];
    Arrays.fill(open, OPEN);
    long[] moves = new long[start.length];
    Arrays.fill(moves, movePrice);
    long[] unplaced = new long[start.length];
    Arrays.fill(unplaced, 10_000);
    return new Problem(
        Dimensions.scalars(1),
        Machines.plain(machines, capacities, new int[machines], open),
        Shapes.plain(1, new long[] {1}),
        new Processes(
            start.length, new int[start.length], new int[start.length], start, moves, unplaced),
        Groups.free(1),
        Prices.ofLoads(1, List.of()));
  }

  private static State attempted(Problem problem) {
    ClusterScore score = new ClusterScore();
    ClusterPlan plan =
        new ClusterPlan(problem, null, Board.of(problem.processes().start().clone()));
    score.resetWorkingSolution(plan);
    Emptying emptying = new Emptying(problem, new Dice(1));
    Trial trial = new Trial();
    State state = trial.begin(score);
    for (int i = 0; i < 20; i++) {
      emptying.attempt(trial, state, 0);
    }
    return state;
  }

  @Test
  void whatCanBeEmptiedIs() {
    State state = attempted(problem(3, 6, 0, 0, 0, 1, 1, 2, 2));
    assertEquals(1, state.open());
    assertEquals(OPEN, state.cost());
  }

  @Test
  void aMachineThatOnlyPartlyEmptiesKeepsAll() {
    int[] start = {0, 0, 0, 1, 1, 1};
    State state = attempted(problem(2, 4, 0, start));
    assertArrayEquals(start, state.placement());
  }

  @Test
  void whatCostsMoreThanTheMachineStays() {
    int[] start = {0, 0, 0, 1, 1, 1};
    State state = attempted(problem(2, 6, 40, start));
    assertArrayEquals(start, state.placement());
  }
}
