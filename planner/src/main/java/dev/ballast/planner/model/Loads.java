package dev.ballast.planner.model;

import dev.ballast.planner.model.Prices.Balance;
import java.util.Arrays;

/**
 * What each machine carries, whether one more fits, and what its load costs. All sums are kept, not
 * counted again. One thread.
 */
final class Loads {

  private final int scalars;
  private final int points;
  private final int columns;
  private final long[] capacity;
  private final long[] safe;
  private final int[] curveCapacity;
  private final int curves;
  private final int[] kind;
  private final long[] openPrice;
  private final long[] safeWeight;
  private final boolean anySafe;
  private final Balance[] balances;
  private final LoadPrice[] prices;
  private final int[] start;
  private final int[] shape;

  /** Demand by shape, one row of zeros behind the last. */
  private final long[] demand;

  /** The same without what is transient: what moving to or from the start changes. */
  private final long[] lasting;

  private final int[] curve;

  /** The highest point of each curve by shape, and by machine. */
  private final int[] peak;

  private final int[] peakUse;
  private final int none;
  private final boolean anyTransient;

  private final long[] use;
  private final long[] held;
  private final int[] curveUse;
  private final long[] cost;
  private final int[] size;
  private final int[] over;
  private final RoughLoads rough;
  private long totalCost;
  private long totalOver;
  private int open;

  Loads(Problem problem) {
    Dimensions dimensions = problem.dimensions();
    Machines machines = problem.machines();
    Shapes shapes = problem.shapes();
    scalars = dimensions.scalars();
    curves = dimensions.curves();
    points = dimensions.points();
    columns = dimensions.columns();
    capacity = machines.capacity();
    safe = machines.safe();
    curveCapacity = machines.curveCapacity();
    kind = machines.kind();
    openPrice = machines.openPrice();
    safeWeight = problem.prices().safeWeight();
    anySafe = Arrays.stream(safeWeight).anyMatch(w -> w != 0);
    balances = problem.prices().balances().toArray(Balance[]::new);
    prices = problem.prices().loads().toArray(LoadPrice[]::new);
    shape = problem.processes().shape();
    start = problem.processes().start();
    none = shapes.count();
    demand = Arrays.copyOf(shapes.demand(), (none + 1) * scalars);
    lasting = demand.clone();
    for (int i = 0; i < lasting.length; i++) {
      lasting[i] = dimensions.transients()[i % scalars] ? 0 : lasting[i];
    }
    anyTransient = dimensions.anyTransient();
    curve = Arrays.copyOf(shapes.curve(), (none + 1) * columns);
    use = new long[machines.count() * scalars];
    held = anyTransient ? new long[use.length] : use;
    curveUse = new int[machines.count() * columns];
    peak = new int[(none + 1) * curves];
    for (int i = 0; i < peak.length; i++) {
      peak[i] = most(curve, i * points);
    }
    peakUse = new int[machines.count() * curves];
    rough = RoughLoads.of(problem, curve);
    cost = new long[machines.count()];
    size = new int[machines.count()];
    over = new int[machines.count()];
  }

  /** Forgets everything; then only what is transient and starts somewhere is held. */
  void clear() {
    Arrays.fill(use, 0);
    Arrays.fill(held, 0);
    Arrays.fill(curveUse, 0);
    Arrays.fill(peakUse, 0);
    rough.clear();
    Arrays.fill(size, 0);
    Arrays.fill(over, 0);
    totalCost = 0;
    totalOver = 0;
    open = 0;
    for (int process = 0; anyTransient && process < start.length; process++) {
      int row = shape[process] * scalars;
      for (int i = 0; i < scalars && start[process] >= 0; i++) {
        held[start[process] * scalars + i] += demand[row + i] - lasting[row + i];
      }
    }
    for (int machine = 0; machine < cost.length; machine++) {
      cost[machine] = price(machine, none, none, 0);
      totalCost += cost[machine];
      over[machine] = excess(machine);
      totalOver += over[machine];
    }
  }

  long totalCost() {
    return totalCost;
  }

  /** Dimensions of machines that are over capacity. */
  long totalOver() {
    return totalOver;
  }

  int open() {
    return open;
  }

  int size(int machine) {
    return size[machine];
  }

  long cost(int machine) {
    return cost[machine];
  }

  long use(int machine, int scalar) {
    return use[machine * scalars + scalar];
  }

  long free(int machine, int scalar) {
    return capacity[machine * scalars + scalar] - held[machine * scalars + scalar];
  }

  /** True when the first process fits once the second (or none: -1) has left. */
  boolean fits(int machine, int in, int out) {
    long[] inRows = rows(in, machine);
    long[] outRows = out < 0 ? demand : rows(out, machine);
    int inShape = shape[in];
    int outShape = out < 0 ? none : shape[out];
    int at = machine * scalars;
    int inAt = inShape * scalars;
    int outAt = outShape * scalars;
    for (int i = 0; i < scalars; i++) {
      long more = inRows[inAt + i] - outRows[outAt + i];
      if (more > 0 && held[at + i] + more > capacity[at + i]) {
        return false;
      }
    }
    for (int i = 0; i < curves; i++) {
      int offset = i * points;
      int most = curveCapacity[machine * curves + i];
      if (peakUse[machine * curves + i] + peak[inShape * curves + i] <= most) {
        continue; // the usual case, and both numbers are at hand
      }
      if (!fitsCurve(
          most,
          machine * columns + offset,
          inShape * columns + offset,
          outShape * columns + offset)) {
        return false;
      }
    }
    return true;
  }

  private int most(int[] row, int at) {
    int most = 0;
    for (int i = 0; i < points; i++) {
      most = Math.max(most, row[at + i]);
    }
    return most;
  }

  private long[] rows(int process, int machine) {
    return anyTransient && start[process] == machine ? lasting : demand;
  }

  private boolean fitsCurve(int most, int at, int in, int out) {
    int negative = 0;
    for (int i = 0; i < points; i++) {
      negative |= most - curveUse[at + i] - curve[in + i] + curve[out + i];
    }
    return negative >= 0;
  }

  /** What the machine would cost more with one process in and one out (-1: none). */
  long change(int machine, int in, int out) {
    return price(
            machine,
            in < 0 ? none : shape[in],
            out < 0 ? none : shape[out],
            size[machine] + (in < 0 ? 0 : 1) - (out < 0 ? 0 : 1))
        - cost[machine];
  }

  /** Whether there is a quick estimate of {@link #change}. */
  boolean estimates() {
    return rough.any();
  }

  /** About what the curves' loads would cost more with one process in and one out (-1: none). */
  long estimate(int machine, int in, int out) {
    return rough.change(machine, in < 0 ? none : shape[in], out < 0 ? none : shape[out])
        + opening(machine, size[machine] + (in < 0 ? 0 : 1) - (out < 0 ? 0 : 1));
  }

  private long opening(int machine, int holds) {
    return (holds > 0 ? openPrice[machine] : 0) - (size[machine] > 0 ? openPrice[machine] : 0);
  }

  private long price(int machine, int in, int out, int holds) {
    int at = machine * scalars;
    int inAt = in * scalars;
    int outAt = out * scalars;
    long sum = holds > 0 ? openPrice[machine] : 0;
    if (anySafe) {
      for (int i = 0; i < scalars; i++) {
        long excess = use[at + i] + demand[inAt + i] - demand[outAt + i] - safe[at + i];
        sum += excess > 0 ? excess * safeWeight[i] : 0;
      }
    }
    for (Balance balance : balances) {
      int a = balance.first();
      int b = balance.second();
      long freeA = capacity[at + a] - use[at + a] - demand[inAt + a] + demand[outAt + a];
      long freeB = capacity[at + b] - use[at + b] - demand[inAt + b] + demand[outAt + b];
      long short_ = balance.target() * freeA - freeB;
      sum += short_ > 0 ? short_ * balance.weight() : 0;
    }
    for (LoadPrice price : prices) {
      sum +=
          price.curve()
              ? curvePrice(price, machine, in, out)
              : scalarPrice(price, machine, in, out);
    }
    return sum;
  }

  private long scalarPrice(LoadPrice price, int machine, int in, int out) {
    int d = price.dimension();
    long load = use[machine * scalars + d] + demand[in * scalars + d] - demand[out * scalars + d];
    return price.of(kind[machine], load);
  }

  private long curvePrice(LoadPrice price, int machine, int in, int out) {
    int offset = price.dimension() * points;
    int at = machine * columns + offset;
    int inAt = in * columns + offset;
    int outAt = out * columns + offset;
    int[] table = price.tables()[kind[machine]];
    int shift = price.shifts()[kind[machine]];
    int last = table.length - 1;
    int d = price.dimension();
    int most = peakUse[machine * curves + d] + peak[in * curves + d];
    if (table[Math.min(last, most >> shift)] == 0) {
      return 0;
    }
    long sum = 0;
    for (int i = 0; i < points; i++) {
      int load = curveUse[at + i] + curve[inAt + i] - curve[outAt + i];
      sum += table[Math.min(last, load >> shift)];
    }
    return sum;
  }

  void enter(int process, int machine) {
    shift(process, machine, 1);
    open += size[machine]++ == 0 ? 1 : 0;
    settle(machine);
  }

  void leave(int process, int machine) {
    shift(process, machine, -1);
    open -= --size[machine] == 0 ? 1 : 0;
    settle(machine);
  }

  /** One enters and one leaves at once: half the work of one after the other. */
  void exchange(int machine, int in, int out) {
    shift(out, machine, -1);
    shift(in, machine, 1);
    settle(machine);
  }

  private void shift(int process, int machine, int sign) {
    int row = shape[process] * scalars;
    int at = machine * scalars;
    for (int i = 0; i < scalars; i++) {
      use[at + i] += sign * demand[row + i];
    }
    if (anyTransient) {
      long[] rows = rows(process, machine);
      for (int i = 0; i < scalars; i++) {
        held[at + i] += sign * rows[row + i];
      }
    }
    int from = shape[process] * columns;
    int to = machine * columns;
    for (int i = 0; i < columns; i++) {
      curveUse[to + i] += sign * curve[from + i];
    }
    rough.shift(machine, shape[process], sign);
  }

  private void settle(int machine) {
    for (int i = 0; i < curves; i++) {
      peakUse[machine * curves + i] = most(curveUse, machine * columns + i * points);
    }
    rough.settle(machine);
    long now = price(machine, none, none, size[machine]);
    totalCost += now - cost[machine];
    cost[machine] = now;
    int excess = excess(machine);
    totalOver += excess - over[machine];
    over[machine] = excess;
  }

  private int excess(int machine) {
    int count = 0;
    for (int i = 0; i < scalars; i++) {
      count += held[machine * scalars + i] > capacity[machine * scalars + i] ? 1 : 0;
    }
    for (int i = 0; i < curves; i++) {
      int offset = i * points;
      boolean ok =
          fitsCurve(
              curveCapacity[machine * curves + i],
              machine * columns + offset,
              none * columns + offset,
              none * columns + offset);
      count += ok ? 0 : 1;
    }
    return count;
  }
}
