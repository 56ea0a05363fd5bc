package dev.ballast.planner.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Packing problems small enough to be solved by trying everything, and that. */
final class SmallPacking {

  private SmallPacking() {}

  /** Two or three dimensions, one or two sizes of machines, some groups that keep apart. */
  static Problem of(long seed) {
    Random random = new Random(seed);
    int scalars = 2 + random.nextInt(2);
    int processes = 4 + random.nextInt(5);
    int machines = processes;
    long[] capacity = new long[machines * scalars];
    boolean mixed = random.nextInt(3) == 0;
    for (int m = 0; m < machines; m++) {
      for (int d = 0; d < scalars; d++) {
        capacity[m * scalars + d] = mixed && m % 2 == 1 ? 14 : 20;
      }
    }
    int most = 6 + random.nextInt(14);
    long[] demand = random.longs((long) processes * scalars, 1, most + 1).toArray();
    int groups = 3;
    int[] limit = new int[groups];
    Arrays.setAll(limit, g -> random.nextInt(3) == 0 ? 1 + random.nextInt(2) : Integer.MAX_VALUE);
    List<List<Groups.Rule>> rules = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      rules.add(
          random.nextInt(3) == 0
              ? List.of(new Groups.Rule((g + 1) % groups, random.nextInt(2)))
              : List.of());
    }
    int[] allowed = new int[processes];
    Arrays.setAll(allowed, p -> random.nextInt(8) == 0 ? random.nextInt(2) : Shapes.ANYWHERE);
    int[] shape = new int[processes];
    Arrays.setAll(shape, p -> p);
    int[] start = new int[processes];
    Arrays.fill(start, Problem.UNPLACED);
    int[] kind = new int[machines];
    Arrays.setAll(kind, m -> mixed ? m % 2 : 0);
    return new Problem(
        Dimensions.scalars(scalars),
        Machines.plain(machines, capacity, kind, new long[machines]),
        new Shapes(
            processes, demand, new int[0], allowed, List.of(half(machines, 0), half(machines, 1))),
        new Processes(
            processes,
            shape,
            random.ints(processes, 0, groups).toArray(),
            start,
            new long[processes],
            new long[processes]),
        new Groups(groups, limit, new int[groups], new int[groups][0], rules),
        Prices.ofLoads(
            scalars,
            List.of(
                LoadPrice.of(
                    false, 0, mixed ? new long[] {20, 14} : new long[] {20}, u -> 1e6 * u * u))));
  }

  private static BitSet half(int machines, int which) {
    BitSet set = new BitSet();
    for (int m = which; m < machines; m += 2) {
      set.set(m);
    }
    return set;
  }

  /** The best of all placements of everything, or {@code Long.MAX_VALUE} when there is none. */
  static long least(Problem problem, boolean machines) {
    return new Trying(problem, machines).best(0);
  }

  private static final class Trying {

    private final State state;
    private final Problem problem;
    private final boolean machines;
    private long least = Long.MAX_VALUE;

    Trying(Problem problem, boolean machines) {
      this.problem = problem;
      this.machines = machines;
      this.state = new State(problem);
      state.reset(problem.start());
    }

    long best(int process) {
      if (process == problem.processes().count()) {
        least = Math.min(least, machines ? state.open() : state.cost());
        return least;
      }
      if (machines && state.open() >= least) {
        return least;
      }
      for (int machine = 0; machine < problem.machines().count(); machine++) {
        if (state.mayMove(process, machine)) {
          state.move(process, machine);
          best(process + 1);
          state.move(process, Problem.UNPLACED);
        }
      }
      return least;
    }
  }
}
