package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.State;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One solver's search: its heat over time, its walks, and the placement it ended at. One thread,
 * its solver's, while that runs.
 */
final class Search {

  private static final int SAMPLES = 20_000;
  private static final int STEPS = 2_000;

  /** How heat falls, by equal factors in equal times; it may reach over several searches. */
  record Cooling(double from, double to, long beganNanos, long lastsNanos) {

    static final Cooling NONE = new Cooling(0, 0, 0, 1);

    boolean hot() {
      return from > 0;
    }

    double at(long nanos) {
      double part = Math.clamp((nanos - beganNanos) / (double) lastsNanos, 0, 1);
      return from * Math.pow(to / from, part);
    }
  }

  private final Walker walker;
  private final Trial trial = new Trial();
  private final LongSupplier nanos;
  private final Cooling cooling;
  private final BooleanSupplier over;
  private Board end;
  private long moves;

  /**
   * @param over true to end
   */
  Search(
      Problem problem,
      long seed,
      LongSupplier nanos,
      Cooling cooling,
      Precedence precedence,
      BooleanSupplier over) {
    this.over = over;
    this.walker = new Walker(problem, new Dice(seed), precedence);
    this.nanos = nanos;
    this.cooling = cooling;
  }

  boolean isOver() {
    return over.getAsBoolean();
  }

  Relocate walk(ClusterScore score) {
    State state = trial.begin(score);
    moves++;
    walker.walk(trial, state, heat(), STEPS);
    return trial.end();
  }

  private double heat() {
    return cooling.hot() ? cooling.at(nanos.getAsLong()) : 0;
  }

  void ended(Board working) {
    end = working.copy();
  }

  Board end() {
    return end;
  }

  long moves() {
    return moves;
  }

  long tried() {
    return walker.tried();
  }

  /** Sorted sizes of random changes. */
  static long[] sample(Problem problem, int[] placement, long seed) {
    State state = new State(problem);
    state.reset(placement);
    Walker walker = new Walker(problem, new Dice(seed), new Precedence());
    long[] sizes = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      sizes[i] = walker.sample(state);
    }
    Arrays.sort(sizes);
    int first = 0;
    while (first < sizes.length && sizes[first] == 0) {
      first++;
    }
    return Arrays.copyOfRange(sizes, first, sizes.length);
  }
}
