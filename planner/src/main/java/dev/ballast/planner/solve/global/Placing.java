package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.State;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.phase.custom.CustomPhaseCommand;

/**
 * The construction phase: unplaced processes, those that take most of a machine first, each to the
 * cheapest of some machines drawn at random, or of all when none of these has room.
 */
final class Placing implements CustomPhaseCommand<ClusterPlan> {

  private static final int DRAWS = 48;

  private final Dice dice;

  Placing(Dice dice) {
    this.dice = dice;
  }

  @Override
  public void changeWorkingSolution(ScoreDirector<ClusterPlan> director) {
    ClusterPlan plan = director.getWorkingSolution();
    Trial trial = new Trial();
    State state = trial.begin(plan.following());
    double[] weight = Alike.sizes(state.problem());
    IntStream.range(0, plan.board().size())
        .filter(process -> state.at(process) < 0)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(
                    process -> -priority(state.problem(), weight, process))
                .thenComparingInt(process -> process))
        .forEach(process -> place(process, trial, state));
    trial.end().doMoveOnly(director);
    director.triggerVariableListeners();
  }

  private void place(int process, Trial trial, State state) {
    int machines = state.problem().machines().count();
    int best = -1;
    long least = Long.MAX_VALUE;
    int start = state.problem().processes().start()[process];
    if (start >= 0 && state.mayMove(process, start)) {
      best = start;
      least = state.moveChange(process, start);
    }
    int draws = Math.min(DRAWS, machines);
    for (int i = 0; i < machines && (i < draws || best < 0); i++) {
      int machine = i < draws ? dice.below(machines) : i;
      if (state.mayMove(process, machine)) {
        long change = state.moveChange(process, machine);
        if (change < least) {
          least = change;
          best = machine;
        }
      }
    }
    if (best >= 0 && least <= 0) {
      trial.move(process, best);
    }
  }

  /** Price of leaving out by size, so that the dear and the small come first where not all fit. */
  private static double priority(Problem problem, double[] weight, int process) {
    return weight[problem.processes().shape()[process]];
  }
}
