package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.State;

/**
 * Walks over neighbouring placements: thousands of shifts and swaps are priced by their differences
 * alone, those that gain or lose little enough for the present heat are made, and what has changed
 * at the end is one move for OptaPlanner to judge. Never breaks a rule that was kept. One thread.
 */
final class Walker {

  private static final int RARELY = 1_000;
  private static final int OFTEN = 30;
  private static final int SELDOM = 3_000;

  /** Who is back takes no room twice, and costs no move: more ways lead away than home. */
  private static final int HOMEWARD = 3;

  private final Problem problem;
  private final Dice dice;
  private final Precedence precedence;
  private final Ousting ousting;
  private final int oustEvery;
  private final int[] start;
  private final Alike alike;
  private final Mix mix = new Mix();
  private final Emptying emptying;
  private final int emptyEvery;
  private final int processes;
  private final int machines;
  private State state;
  private Trial trial;
  private double heat;
  private boolean estimates;
  private long tried;

  /**
   * @param precedence who goes before each of its steps
   */
  Walker(Problem problem, Dice dice, Precedence precedence) {
    this.problem = problem;
    this.precedence = precedence;
    this.dice = dice;
    ousting = new Ousting(problem, dice);
    oustEvery = mostlyStuck(problem) ? OFTEN : RARELY;
    start = problem.processes().start();
    alike = new Alike(problem);
    emptying = new Emptying(problem, dice);
    emptyEvery = problem.opens() ? SELDOM : 0;
    processes = problem.processes().count();
    machines = problem.machines().count();
  }

  /** Where moves leave their room taken, or rules reach far, little moves without making way. */
  private static boolean mostlyStuck(Problem problem) {
    for (boolean one : problem.dimensions().transients()) {
      if (one) {
        return true;
      }
    }
    return !problem.separable();
  }

  /** Neighbours priced or refused so far; not those looked at to make way. */
  long tried() {
    return tried;
  }

  void walk(Trial newTrial, State newState, double newHeat, int steps) {
    trial = newTrial;
    state = newState;
    heat = newHeat;
    estimates = heat > 0 && state.estimates();
    boolean polite = true;
    for (int i = 0; i < steps; i++) {
      if (polite && precedence.isTaken()) {
        polite = precedence.rest();
      }
      if (dice.below(oustEvery) == 0) {
        ousting.attempt(trial, state, mayLose());
        continue;
      }
      if (emptyEvery > 0 && dice.below(emptyEvery) == 0) {
        emptying.attempt(trial, state, mayLose());
        continue;
      }
      int draw = dice.below(16);
      if (state.size(Problem.UNPLACED) > 0 && draw < 4) {
        placeOne(draw);
      } else if (mix.shifts(dice)) {
        int one = dice.below(processes);
        shift(one, isAway(one) && dice.below(HOMEWARD) == 0 ? start[one] : dice.below(machines));
      } else {
        int one = dice.below(processes);
        swap(one, partner(one));
      }
    }
    tried += steps;
    mix.adapt();
  }

  /** Mostly one of nearly the same size, or one that is where this one has come from. */
  private int partner(int one) {
    int draw = dice.below(8);
    if (draw < 4 && isAway(one)) {
      int there = state.size(start[one]);
      return there > 0 ? state.member(start[one], dice.below(there)) : one;
    }
    return draw == 7 ? dice.below(processes) : alike.to(one, dice);
  }

  private boolean isAway(int process) {
    return start[process] >= 0 && start[process] != state.at(process);
  }

  private void placeOne(int draw) {
    int waiting = state.member(Problem.UNPLACED, dice.below(state.size(Problem.UNPLACED)));
    if (draw == 0) {
      int one = dice.below(processes);
      if (state.at(one) >= 0) {
        shift(one, Problem.UNPLACED);
      }
    } else if (draw == 1) {
      shift(waiting, dice.below(machines));
    } else {
      swap(waiting, dice.below(processes));
    }
  }

  private long mayLose() {
    return heat == 0 ? 0 : (long) (heat * dice.exponential());
  }

  private void shift(int process, int to) {
    if (state.at(process) == to) {
      return;
    }
    mix.shiftTried();
    // What is refused by the estimate is refused quickly; the rest is judged by what it is off by.
    long rough = estimates ? state.roughMoveChange(process, to) : 0;
    if ((!estimates || rough <= mayLose())
        && state.fits(process, to)
        && state.moveChange(process, to) - rough <= mayLose()
        && state.mayMoveGroup(process, to)) {
      mix.shiftMade();
      trial.move(process, to);
    }
  }

  private void swap(int one, int other) {
    if (state.at(one) == state.at(other)) {
      return;
    }
    mix.swapTried();
    long rough = estimates ? state.roughSwapChange(one, other) : 0;
    if ((!estimates || rough <= mayLose())
        && state.swapFits(one, other)
        && state.swapChange(one, other) - rough <= mayLose()
        && state.maySwapGroups(one, other)) {
      mix.swapMade();
      long broken = state.broken();
      trial.swap(one, other);
      if (state.broken() > broken) {
        trial.swap(one, other);
      }
    }
  }

  /**
   * What a random change that breaks nothing and opens no machine costs or gains, without its sign;
   * 0 if none came.
   */
  long sample(State from) {
    state = from;
    int one = dice.below(processes);
    int other = dice.below(processes);
    int to = state.at(other);
    if (state.at(one) == to) {
      return 0;
    }
    if (dice.below(2) == 0) {
      return state.fits(one, to) ? Math.abs(state.moveChange(one, to)) : 0;
    }
    return state.swapFits(one, other) ? Math.abs(state.swapChange(one, other)) : 0;
  }
}
