package dev.ballast.planner.model;

import java.util.Arrays;

/**
 * Curves in few points, the means of some that follow each other, and about what they cost. Where
 * most changes are refused anyway a tenth of the reading tells which. One thread.
 */
final class RoughLoads {

  private static final int WIDTH = 7;
  private static final int LEAST_POINTS = 2 * WIDTH;

  private final LoadPrice[] prices;
  private final int blocks;
  private final int columns;
  private final int none;
  private final int[] kind;
  private final int[] curve;
  private final int[] use;
  private final long[] cost;

  private RoughLoads(LoadPrice[] prices, int blocks, int[] kind, int[] curve) {
    this.prices = prices;
    this.blocks = blocks;
    this.columns = blocks * prices.length;
    this.none = columns == 0 ? 0 : curve.length / columns - 1;
    this.kind = kind;
    this.curve = curve;
    this.use = new int[kind.length * columns];
    this.cost = new long[kind.length];
  }

  /**
   * @param curve rows of points by shape, the last all zeros
   */
  static RoughLoads of(Problem problem, int[] curve) {
    int points = problem.dimensions().points();
    int[] kind = problem.machines().kind();
    LoadPrice[] prices =
        problem.prices().loads().stream().filter(LoadPrice::curve).toArray(LoadPrice[]::new);
    if (points < LEAST_POINTS || prices.length == 0) {
      return new RoughLoads(new LoadPrice[0], 0, kind, new int[0]);
    }
    int blocks = (points + WIDTH - 1) / WIDTH;
    int rows = curve.length / problem.dimensions().columns();
    int[] means = new int[rows * prices.length * blocks];
    for (int i = 0; i < means.length; i++) {
      int row = i / (prices.length * blocks) * problem.dimensions().columns();
      int from = i % blocks * WIDTH;
      int to = Math.min(points, from + WIDTH);
      int at = row + prices[i / blocks % prices.length].dimension() * points;
      means[i] =
          (int) (Arrays.stream(curve, at + from, at + to).asLongStream().sum() / (to - from));
    }
    return new RoughLoads(prices, blocks, kind, means);
  }

  boolean any() {
    return blocks > 0;
  }

  void clear() {
    Arrays.fill(use, 0);
    for (int machine = 0; machine < cost.length && any(); machine++) {
      cost[machine] = price(machine, none, none);
    }
  }

  /** About what one shape more and one fewer cost. */
  long change(int machine, int in, int out) {
    return price(machine, in, out) - cost[machine];
  }

  void shift(int machine, int shape, int sign) {
    if (any()) {
      for (int i = 0; i < columns; i++) {
        use[machine * columns + i] += sign * curve[shape * columns + i];
      }
    }
  }

  void settle(int machine) {
    if (any()) {
      cost[machine] = price(machine, none, none);
    }
  }

  private long price(int machine, int in, int out) {
    long sum = 0;
    for (int p = 0; p < prices.length; p++) {
      LoadPrice price = prices[p];
      int at = machine * columns + p * blocks;
      int inAt = in * columns + p * blocks;
      int outAt = out * columns + p * blocks;
      int[] table = price.tables()[kind[machine]];
      int shift = price.shifts()[kind[machine]];
      int last = table.length - 1;
      for (int i = 0; i < blocks; i++) {
        int load = use[at + i] + curve[inAt + i] - curve[outAt + i];
        sum += table[Math.min(last, load >> shift)];
      }
    }
    return sum * WIDTH;
  }
}
