package dev.ballast.planner.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What no placement can cost less than, where machines cost the same to open and a convex price of
 * the share of the capacity of one curve or scalar: were processes fluid, some number of the
 * largest machines would hold each point's demand at the cheapest, that is at equal marginal price.
 *
 * <p>Tables are rounded, so neither quite convex nor quite in the order of capacities; the bound is
 * that of their lower hulls, and of a smaller machine wherever it should be the cheaper. Pure.
 */
final class CurveBound {

  private static final int HALVINGS = 60;

  private final Problem problem;
  private final LoadPrice price;
  private final int[] largestFirst;
  private final int[] kinds;
  private final int[][] hulls;
  private final long[] demand;

  CurveBound(Problem problem, LoadPrice price) {
    this.problem = problem;
    this.price = price;
    this.largestFirst =
        IntStream.range(0, problem.machines().count())
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer m) -> -capacity(m))
                    .thenComparingInt(m -> problem.machines().kind()[m]))
            .mapToInt(m -> m)
            .toArray();
    this.kinds =
        Arrays.stream(largestFirst).map(m -> problem.machines().kind()[m]).distinct().toArray();
    this.hulls = new int[price.tables().length][];
    for (int kind : kinds) {
      hulls[kind] = hull(price.tables()[kind]);
    }
    this.demand = demand();
  }

  private long capacity(int machine) {
    if (!price.curve()) {
      int scalars = problem.dimensions().scalars();
      return problem.machines().capacity()[machine * scalars + price.dimension()];
    }
    int curves = problem.dimensions().curves();
    return problem.machines().curveCapacity()[machine * curves + price.dimension()];
  }

  private long[] demand() {
    if (!price.curve()) {
      return new long[] {Bounds.demand(problem, price.dimension())};
    }
    int points = problem.dimensions().points();
    int columns = problem.dimensions().columns();
    long[] sum = new long[points];
    for (int shape : problem.processes().shape()) {
      for (int t = 0; t < points; t++) {
        sum[t] += problem.shapes().curve()[shape * columns + price.dimension() * points + t];
      }
    }
    return sum;
  }

  /** The price is convex in the number of machines, so a search by thirds finds its least. */
  long value() {
    if (open() == 0) {
      return (long) Math.floor(cost(largestFirst.length));
    }
    int low = fewest();
    int high = largestFirst.length;
    while (high - low > 2) {
      int one = low + (high - low) / 3;
      int other = high - (high - low) / 3;
      if (cost(one) <= cost(other)) {
        high = other;
      } else {
        low = one;
      }
    }
    double least = IntStream.rangeClosed(low, high).mapToDouble(this::cost).min().orElse(0);
    return (long) Math.floor(least);
  }

  private int fewest() {
    long peak = Arrays.stream(demand).max().orElse(0);
    int count = 0;
    while (peak > 0 && count < largestFirst.length) {
      peak -= capacity(largestFirst[count++]);
    }
    return count;
  }

  private long open() {
    return Arrays.stream(problem.machines().openPrice()).min().orElse(0);
  }

  private double cost(int machines) {
    long open = open();
    int kinds = price.tables().length;
    int[] counts = new int[kinds];
    for (int i = 0; i < machines; i++) {
      counts[problem.machines().kind()[largestFirst[i]]]++;
    }
    double sum = (double) open * machines;
    for (long load : demand) {
      sum += pointCost(counts, load);
    }
    return sum;
  }

  /** The dual of holding the load: for any marginal price a bound, for the right one the least. */
  private double pointCost(int[] counts, double load) {
    double low = 0;
    double high = 1e6;
    double best = 0;
    for (int halving = 0; halving < HALVINGS; halving++) {
      double marginal = (low + high) / 2;
      double held = 0;
      double value = marginal * load;
      double least = Double.MAX_VALUE;
      for (int i = kinds.length - 1; i >= 0; i--) {
        int kind = kinds[i];
        int step = cheapest(kind, marginal);
        double each = loadAt(kind, step);
        least = Math.min(least, lowest(kind, step) - marginal * each);
        held += counts[kind] * each;
        value += counts[kind] * least;
      }
      best = Math.max(best, value);
      if (held < load) {
        low = marginal;
      } else {
        high = marginal;
      }
    }
    return best;
  }

  /** The largest load that costs what the step's table entry says, or less. */
  private double loadAt(int kind, int step) {
    return (double) (step + 1) * (1L << price.shifts()[kind]);
  }

  private double lowest(int kind, int step) {
    return price.tables()[kind][step];
  }

  /** The step from which on each more costs more than the marginal price. */
  private int cheapest(int kind, double marginal) {
    int[] table = price.tables()[kind];
    int[] hull = hulls[kind];
    double width = 1L << price.shifts()[kind];
    int low = 0;
    int high = hull.length - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      int from = hull[middle];
      int to = hull[middle + 1];
      if ((double) table[to] - table[from] > marginal * width * (to - from)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return hull[low];
  }

  /** The steps that are the cheapest at some marginal price. */
  private static int[] hull(int[] table) {
    int[] hull = new int[table.length];
    int size = 0;
    for (int step = 0; step < table.length; step++) {
      while (size > 1 && !isBelow(table, hull[size - 2], hull[size - 1], step)) {
        size--;
      }
      hull[size++] = step;
    }
    return Arrays.copyOf(hull, size);
  }

  /** Whether the middle one is below the line between the others. */
  private static boolean isBelow(int[] table, int first, int middle, int last) {
    long rise = (long) table[last] - table[first];
    return ((long) table[middle] - table[first]) * (last - first) < rise * (middle - first);
  }
}
