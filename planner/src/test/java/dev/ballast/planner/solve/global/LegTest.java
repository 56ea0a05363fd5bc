package dev.ballast.planner.solve.global;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.RandomProblem;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.Search.Cooling;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.optaplanner.core.config.solver.EnvironmentMode;

/** OptaPlanner itself compares every incremental score with one from scratch here. */
class LegTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyScoreEqualsTheOneFromScratch(long seed) {
    Problem problem = RandomProblem.of(seed);
    Verdict before = Verdict.of(problem, problem.start());
    for (Cooling cooling : new Cooling[] {Cooling.NONE, new Cooling(500, 1, 0, 1)}) {
      Leg leg =
          new Leg(
              problem,
              problem.start(),
              seed,
              Duration.ofSeconds(60),
              30,
              cooling,
              () -> 0,
              new Precedence(),
              () -> false,
              EnvironmentMode.FULL_ASSERT);
      Leg.Done done = leg.run();
      assertTrue(Verdict.of(problem, done.best()).compareTo(before) <= 0, "never worse");
      assertTrue(done.moves() >= 30, "one move a step at least");
    }
  }
}
