package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.State;

/**
 * All processes of a machine that holds few go to machines in use, or none does; half of the time
 * to one other machine first, be it in use or not, so that a better one takes its place. Step by
 * step a machine is seldom emptied where only the last step gains. One thread.
 */
final class Emptying {

  private static final int MOST = 64;
  private static final int PLACES = 30;
  private static final int FEWEST_OF = 3;

  private final Problem problem;
  private final Dice dice;
  private final int processes;
  private final int[] moved = new int[MOST];
  private State state;
  private Trial trial;

  Emptying(Problem problem, Dice dice) {
    this.problem = problem;
    this.dice = dice;
    this.processes = problem.processes().count();
  }

  void attempt(Trial newTrial, State newState, long mayLose) {
    trial = newTrial;
    state = newState;
    int from = few();
    int size = from < 0 ? 0 : state.size(from);
    if (size == 0 || size > MOST) {
      return;
    }
    long before = state.cost() + state.unplaced();
    long most = before + mayLose;
    long opening = problem.machines().openPrice()[from];
    int heir = dice.below(2) == 0 ? dice.below(problem.machines().count()) : from;
    int done = 0;
    while (done < size) {
      int process = state.member(from, 0);
      int to = heir != from && state.mayMove(process, heir) ? heir : cheapest(process, from);
      if (to < 0) {
        break;
      }
      moved[done++] = process;
      trial.move(process, to);
      if (state.cost() + state.unplaced() - (done < size ? opening : 0) > most) {
        break;
      }
    }
    if (state.size(from) > 0 || state.cost() + state.unplaced() > most) {
      while (done > 0) {
        trial.move(moved[--done], from);
      }
    }
  }

  /** Of some machines in use the one that holds fewest. */
  private int few() {
    int best = -1;
    for (int i = 0; i < FEWEST_OF; i++) {
      int other = state.at(dice.below(processes));
      if (other >= 0 && (best < 0 || state.size(other) < state.size(best))) {
        best = other;
      }
    }
    return best;
  }

  private int cheapest(int process, int from) {
    int best = Problem.UNPLACED;
    long least = Long.MAX_VALUE;
    boolean estimates = state.estimates();
    for (int i = 0; i < PLACES; i++) {
      int to = state.at(dice.below(processes));
      if (to < 0 || to == from) {
        continue;
      }
      long change = estimates ? state.roughMoveChange(process, to) : state.moveChange(process, to);
      if (change < least && state.mayMove(process, to)) {
        least = change;
        best = to;
      }
    }
    return best;
  }
}
