package dev.ballast.planner.model;

import java.util.Arrays;

/**
 * What no placement can be better than. Most go by volume: each looks at one scalar, or at all of
 * them weighed into one, and lets processes be cut. Pure.
 */
public final class Bounds {

  private static final int WEIGHTS = 50;

  private Bounds() {}

  /** Least machines that hold everything: by volume, by sizes, and by who cannot be with whom. */
  public static int machines(Problem problem) {
    return Math.max(new VectorBound(problem).machines(), new CliqueBound(problem).machines());
  }

  /** Least capacity of the first scalar on machines that hold everything: its demand. */
  public static long capacity(Problem problem) {
    return demand(problem, 0);
  }

  /**
   * Most processes that fit. Were all machines one, and all its scalars weighed into one, the
   * smallest processes would fill it; the weights that allow least are the bound.
   */
  public static int processes(Problem problem) {
    int scalars = problem.dimensions().scalars();
    int count = problem.processes().count();
    int least = count;
    for (int first = 0; first < scalars; first++) {
      for (int second = first; second < scalars; second++) {
        for (int step = 0; step <= (first == second ? 0 : WEIGHTS); step++) {
          double[] weight = new double[scalars];
          weight[first] = 1 - (double) step / WEIGHTS;
          weight[second] += (double) step / WEIGHTS;
          least = Math.min(least, fitting(problem, weight));
        }
      }
    }
    return least;
  }

  /** Least price of loads above what is safe and out of balance, were all machines one. */
  public static long prices(Problem problem) {
    int scalars = problem.dimensions().scalars();
    long bound = 0;
    long[] free = new long[scalars];
    for (int d = 0; d < scalars; d++) {
      long demand = demand(problem, d);
      free[d] = Arrays.stream(column(problem.machines().capacity(), scalars, d)).sum() - demand;
      long safe = Arrays.stream(column(problem.machines().safe(), scalars, d)).sum();
      bound += Math.max(0, demand - safe) * problem.prices().safeWeight()[d];
    }
    for (Prices.Balance balance : problem.prices().balances()) {
      long shortage = balance.target() * free[balance.first()] - free[balance.second()];
      bound += Math.max(0, shortage) * balance.weight();
    }
    return bound;
  }

  /** Least price of machines and of one convex load price over a curve, see {@link CurveBound}. */
  public static long curvePrices(Problem problem) {
    return problem.prices().loads().stream()
        .filter(LoadPrice::curve)
        .mapToLong(price -> new CurveBound(problem, price).value())
        .max()
        .orElse(0);
  }

  /** Least sum of all convex load prices, each by itself; see {@link CurveBound}. */
  public static long loadPrices(Problem problem) {
    return problem.prices().loads().stream()
        .mapToLong(price -> new CurveBound(problem, price).value())
        .sum();
  }

  private static int fitting(Problem problem, double[] weight) {
    int scalars = weight.length;
    double[] perUnit = new double[scalars];
    for (int d = 0; d < scalars; d++) {
      double room = Arrays.stream(column(problem.machines().capacity(), scalars, d)).sum();
      perUnit[d] = weight[d] / Math.max(1, room);
    }
    double[] sizes = new double[problem.processes().count()];
    for (int p = 0; p < sizes.length; p++) {
      int row = problem.processes().shape()[p] * scalars;
      for (int d = 0; d < scalars; d++) {
        sizes[p] += perUnit[d] * problem.shapes().demand()[row + d];
      }
    }
    Arrays.sort(sizes);
    double left = 1 + 1e-9;
    int count = 0;
    while (count < sizes.length && sizes[count] <= left) {
      left -= sizes[count++];
    }
    return count;
  }

  static long demand(Problem problem, int dimension) {
    int scalars = problem.dimensions().scalars();
    long sum = 0;
    for (int shape : problem.processes().shape()) {
      sum += problem.shapes().demand()[shape * scalars + dimension];
    }
    return sum;
  }

  private static long[] column(long[] rows, int width, int column) {
    long[] values = new long[rows.length / width];
    Arrays.setAll(values, i -> rows[i * width + column]);
    return values;
  }
}
