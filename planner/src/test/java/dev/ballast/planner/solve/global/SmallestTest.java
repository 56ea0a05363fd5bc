package dev.ballast.planner.solve.global;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.planner.model.Dimensions;
import dev.ballast.planner.model.Groups;
import dev.ballast.planner.model.Objective;
import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Processes;
import dev.ballast.planner.model.Shapes;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver.Effort;
import dev.ballast.planner.solve.global.GlobalSolver.Manner;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where there are hardly as many machines or processes as solvers, all solve what there is. */
class SmallestTest {

  /** The first round is there in any case. */
  private static final Duration ONE_ROUND = Duration.ofMillis(100);

  @ParameterizedTest
  @CsvSource({"1,1,2", "2,1,3", "4,2,2", "16,1,2", "17,3,2", "24,2,3", "4,0,2", "0,3,2"})
  void whatFitsIsPlaced(int machines, int processes, int solvers) {
    Problem problem = packing(machines, processes);
    try (ExecutorService workers = Executors.newFixedThreadPool(solvers)) {
      Outcome outcome =
          new GlobalSolver(System::nanoTime, workers, solvers, new Precedence())
              .solve(
                  problem,
                  problem.start(),
                  new Effort(ONE_ROUND, 1, Manner.FROM_HERE),
                  progress -> {});
      assertEquals(Verdict.of(problem, outcome.placement()), outcome.verdict());
      assertEquals(0, outcome.verdict().broken());
      assertTrue(machines == 0 || outcome.verdict().unplaced() == 0, "all is placed");
    }
  }

  /** All of it fits on one machine. */
  private static Problem packing(int machines, int processes) {
    long[] capacity = new long[machines];
    Arrays.fill(capacity, 10);
    long[] demand = new long[processes];
    Arrays.fill(demand, 2);
    int[] start = new int[processes];
    Arrays.fill(start, Problem.UNPLACED);
    int[] shape = new int[processes];
    Arrays.setAll(shape, p -> p);
    return Objective.NODES.priced(
        Dimensions.scalars(1),
        capacity,
        Shapes.plain(processes, demand),
        new Processes(
            processes, shape, new int[processes], start, new long[processes], new long[processes]),
        Groups.free(1));
  }
}
