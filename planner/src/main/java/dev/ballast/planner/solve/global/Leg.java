package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.solve.global.Search.Cooling;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.optaplanner.core.api.solver.Solver;
import org.optaplanner.core.api.solver.SolverFactory;
import org.optaplanner.core.config.heuristic.selector.move.factory.MoveIteratorFactoryConfig;
import org.optaplanner.core.config.localsearch.LocalSearchPhaseConfig;
import org.optaplanner.core.config.localsearch.decider.acceptor.LocalSearchAcceptorConfig;
import org.optaplanner.core.config.localsearch.decider.forager.LocalSearchForagerConfig;
import org.optaplanner.core.config.phase.PhaseConfig;
import org.optaplanner.core.config.phase.custom.CustomPhaseConfig;
import org.optaplanner.core.config.score.director.ScoreDirectorFactoryConfig;
import org.optaplanner.core.config.solver.EnvironmentMode;
import org.optaplanner.core.config.solver.SolverConfig;
import org.optaplanner.core.config.solver.termination.TerminationConfig;

/**
 * One run of OptaPlanner from one placement: construction of what is unplaced, then local search
 * over walks. Immutable; {@link #run} on any thread.
 *
 * @param cooling the heat inside walks; while there is any, OptaPlanner's own annealing judges them
 *     mildly, else late acceptance does
 * @param steps most moves, or 0 for as many as the time allows
 * @param over asked before each move: true to end with the best that was found
 */
record Leg(
    Problem problem,
    int[] from,
    long seed,
    Duration time,
    long steps,
    Cooling cooling,
    LongSupplier nanos,
    Precedence precedence,
    BooleanSupplier over,
    EnvironmentMode mode) {

  /**
   * @param best the best placement seen
   * @param end the placement that the search was at when it ended
   * @param moves moves that OptaPlanner judged
   * @param tried neighbours that walks priced
   */
  record Done(int[] best, int[] end, long moves, long tried) {}

  private static final String MILD = "0hard/%1$dmedium/%1$dsoft";
  private static final int LATE = 200;

  Done run() {
    Search search = new Search(problem, seed, nanos, cooling, precedence, over);
    Solver<ClusterPlan> solver = SolverFactory.<ClusterPlan>create(config()).buildSolver();
    ClusterPlan best = solver.solve(new ClusterPlan(problem, search, Board.of(from)));
    return new Done(
        best.board().placement(), search.end().placement(), search.moves(), search.tried());
  }

  private SolverConfig config() {
    return new SolverConfig()
        .withSolutionClass(ClusterPlan.class)
        .withEntityClasses(Seat.class)
        .withEnvironmentMode(mode)
        .withRandomSeed(seed)
        .withScoreDirectorFactory(
            new ScoreDirectorFactoryConfig()
                .withIncrementalScoreCalculatorClass(ClusterScore.class))
        .withPhases(phases());
  }

  private PhaseConfig<?>[] phases() {
    CustomPhaseConfig placing =
        new CustomPhaseConfig()
            .withCustomPhaseCommandList(List.of(new Placing(new Dice(seed ^ 0x5EED))));
    LocalSearchPhaseConfig walking =
        new LocalSearchPhaseConfig()
            .withMoveSelectorConfig(
                new MoveIteratorFactoryConfig().withMoveIteratorFactoryClass(Walks.class))
            .withAcceptorConfig(acceptor())
            .withForagerConfig(new LocalSearchForagerConfig().withAcceptedCountLimit(1))
            .withTerminationConfig(termination());
    boolean complete = java.util.Arrays.stream(from).allMatch(machine -> machine >= 0);
    return complete ? new PhaseConfig<?>[] {walking} : new PhaseConfig<?>[] {placing, walking};
  }

  private LocalSearchAcceptorConfig acceptor() {
    return !cooling.hot()
        ? new LocalSearchAcceptorConfig().withLateAcceptanceSize(LATE)
        : new LocalSearchAcceptorConfig()
            .withSimulatedAnnealingStartingTemperature(
                MILD.formatted((long) Math.min(1e17, 1e4 * cooling.from() + 1)));
  }

  private TerminationConfig termination() {
    return steps > 0
        ? new TerminationConfig().withStepCountLimit((int) steps)
        : new TerminationConfig().withMillisecondsSpentLimit(Math.max(1, time.toMillis()));
  }
}
