package dev.ballast.planner.solve.global;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.RandomProblem;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver.Effort;
import dev.ballast.planner.solve.global.GlobalSolver.Manner;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever ends a solve that has hours left gets the best that it has found. */
class AnytimeTest {

  @ParameterizedTest
  @CsvSource({"ANEW, true", "ANEW, false", "FROM_HERE, true", "FROM_HERE, false"})
  @Timeout(60)
  void anEndedSolveGivesItsBest(Manner manner, boolean forGood) {
    Problem problem = RandomProblem.of(3);
    Verdict before = Verdict.of(problem, problem.start());
    AtomicReference<GlobalSolver> solver = new AtomicReference<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
      // Just before the first solver begins: no call of a solver that is not at work yet may be
      // lost.
      Executor interrupting =
          task ->
              workers.execute(
                  () -> {
                    if (forGood) {
                      solver.get().interrupt();
                    } else {
                      solver.get().stop();
                    }
                    task.run();
                  });
      solver.set(new GlobalSolver(System::nanoTime, interrupting, 2, new Precedence()));
      Effort effort = new Effort(Duration.ofHours(3), 1, manner);
      Outcome outcome = solver.get().solve(problem, problem.start(), effort, phase -> {});
      assertEquals(outcome.verdict(), Verdict.of(problem, outcome.placement()));
      assertTrue(outcome.verdict().compareTo(before) <= 0, "never worse than the beginning");
    }
  }
}
