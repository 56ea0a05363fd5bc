package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.State;

/**
 * The large neighbourhood: a process, mostly of a dear machine, is put where it does not fit, and
 * as many as must make way there get the cheapest other places that are found. What is large moves
 * in no other way once the rest has settled around it. One thread.
 */
final class Ousting {

  private static final int MOST = 8;
  private static final int PLACES = 30;
  private static final int DEAREST_OF = 4;

  private final Dice dice;
  private final int machines;
  private final int[] ousted = new int[MOST + 1];
  private final int[] origin = new int[MOST + 1];
  private int count;
  private State state;
  private Trial trial;

  Ousting(Problem problem, Dice dice) {
    this.dice = dice;
    this.machines = problem.machines().count();
  }

  void attempt(Trial newTrial, State newState, long mayLose) {
    trial = newTrial;
    state = newState;
    count = 0;
    int from = dear();
    int to = dice.below(machines);
    if (state.size(from) == 0 || from == to) {
      return;
    }
    int process = state.member(from, dice.below(state.size(from)));
    if (!state.allows(process, to)) {
      return;
    }
    long cost = state.cost() + state.unplaced();
    long broken = state.broken();
    boolean done = makeRoom(process, to) && rehouse(from, to) && state.broken() <= broken;
    if (!done || state.cost() + state.unplaced() - cost > mayLose) {
      while (count > 0) {
        count--;
        trial.move(ousted[count], origin[count]);
      }
    }
  }

  private int dear() {
    int best = dice.below(machines);
    for (int i = 1; i < DEAREST_OF; i++) {
      int other = dice.below(machines);
      if (state.cost(other) > state.cost(best)) {
        best = other;
      }
    }
    return best;
  }

  private boolean makeRoom(int process, int to) {
    while (!state.mayMove(process, to)) {
      if (count == MOST || state.size(to) == 0) {
        return false;
      }
      int other = state.member(to, dice.below(state.size(to)));
      if (!state.fits(other, Problem.UNPLACED)) {
        return false;
      }
      note(other);
      trial.move(other, Problem.UNPLACED);
    }
    note(process);
    trial.move(process, to);
    return true;
  }

  private void note(int process) {
    ousted[count] = process;
    origin[count++] = state.at(process);
  }

  private boolean rehouse(int left, int entered) {
    int homeless = count - 1;
    for (int i = 0; i < homeless; i++) {
      int other = ousted[i];
      int best = state.mayMove(other, left) ? left : Problem.UNPLACED;
      long least = best < 0 ? Long.MAX_VALUE : state.moveChange(other, best);
      for (int place = -1; place < PLACES; place++) {
        int machine = place < 0 ? entered : dice.below(machines);
        if (state.mayMove(other, machine)) {
          long change = state.moveChange(other, machine);
          if (change < least) {
            least = change;
            best = machine;
          }
        }
      }
      if (best < 0) {
        return false;
      }
      trial.move(other, best);
    }
    return true;
  }
}
