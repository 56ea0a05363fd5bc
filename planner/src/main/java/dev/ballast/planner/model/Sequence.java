package dev.ballast.planner.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One placement turned into another by single moves, each of which is created before what it
 * replaces is deleted, so that no state on the way breaks a rule that was kept.
 *
 * @param steps in order; a process that must make way first may move twice
 * @param without moves for which no order was found: they are not done
 */
public record Sequence(List<Step> steps, List<Step> without) {

  /** A process moves; at that moment it takes room on both machines. */
  public record Step(int process, int from, int to) {}

  public Sequence {
    steps = List.copyOf(steps);
    without = List.copyOf(without);
  }

  /** Moves of processes that are on machines in both placements. */
  public static Sequence of(Problem problem, int[] from, int[] to) {
    return new Ordering(problem, from, to).order();
  }

  private static final class Ordering {

    private static final int PARKINGS_TRIED = 64;

    private final Problem problem;
    private final State state;
    private final List<Step> steps = new ArrayList<>();
    private final Deque<Step> waiting = new ArrayDeque<>();

    Ordering(Problem problem, int[] from, int[] to) {
      this.problem = problem;
      this.state = new State(problem);
      state.reset(from);
      for (int process = 0; process < from.length; process++) {
        if (from[process] != to[process] && from[process] >= 0 && to[process] >= 0) {
          waiting.add(new Step(process, from[process], to[process]));
        }
      }
    }

    /** Whatever can move does; when nothing can, one of those in a ring steps aside. */
    Sequence order() {
      boolean moving = true;
      while (moving && !waiting.isEmpty()) {
        moving = pass() || stepAside();
      }
      return new Sequence(steps, List.copyOf(waiting));
    }

    private boolean pass() {
      int before = waiting.size();
      for (int i = 0; i < before; i++) {
        Step step = waiting.poll();
        if (state.mayMove(step.process(), step.to())) {
          move(step);
        } else {
          waiting.add(step);
        }
      }
      return waiting.size() < before;
    }

    private void move(Step step) {
      state.move(step.process(), step.to());
      steps.add(step);
    }

    private boolean stepAside() {
      int tries = 0;
      for (Step step : List.copyOf(waiting)) {
        if (tries++ == PARKINGS_TRIED) {
          return false;
        }
        if (step.from() == problem.processes().start()[step.process()] && parked(step)) {
          return true;
        }
      }
      return false;
    }

    private boolean parked(Step step) {
      for (int machine = 0; machine < problem.machines().count(); machine++) {
        if (machine != step.from() && state.mayMove(step.process(), machine)) {
          waiting.remove(step);
          move(new Step(step.process(), step.from(), machine));
          waiting.add(new Step(step.process(), machine, step.to()));
          return true;
        }
      }
      return false;
    }
  }
}
