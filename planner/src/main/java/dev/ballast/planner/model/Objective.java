package dev.ballast.planner.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a placement on machines of several sizes is asked for; everything else is priced by it. */
public enum Objective {
  /** As many processes as can be placed; among equals, those that take more. */
  PODS,
  /** Everything placed on as few machines as possible. */
  NODES,
  /** Everything placed on machines that offer as little of the first scalar as possible. */
  CAPACITY;

  /** What one machine, or one process in {@link #PODS}, is worth. */
  public static final long UNIT = 1_000_000;

  private static final double FILL = 0.2;
  private static final double SIZE = 0.1;

  /**
   * The problem with machines, unplaced processes and loads priced for this objective.
   *
   * <p>Where machines are to be emptied, a load is worth the more the more is on the machine
   * already: otherwise no step towards an empty machine would be better than one away from it.
   *
   * @param capacity row of scalars for each machine
   * @param processes their unplaced prices are replaced
   */
  public Problem priced(
      Dimensions dimensions, long[] capacity, Shapes shapes, Processes processes, Groups groups) {
    int scalars = dimensions.scalars();
    int count = capacity.length / scalars;
    List<List<Long>> kinds = new ArrayList<>();
    int[] kind = new int[count];
    long[] open = new long[count];
    double meanFirst = Math.max(1, mean(capacity, scalars, 0));
    for (int machine = 0; machine < count; machine++) {
      List<Long> row =
          Arrays.stream(capacity, machine * scalars, (machine + 1) * scalars).boxed().toList();
      if (!kinds.contains(row)) {
        kinds.add(row);
      }
      kind[machine] = kinds.indexOf(row);
      open[machine] =
          switch (this) {
            case PODS -> 0;
            case NODES -> UNIT;
            case CAPACITY -> (long) (UNIT * capacity[machine * scalars] / meanFirst);
          };
    }
    return new Problem(
        dimensions,
        Machines.plain(count, capacity, kind, open),
        shapes,
        new Processes(
            processes.count(),
            processes.shape(),
            processes.group(),
            processes.start(),
            processes.movePrice(),
            unplacedPrices(scalars, shapes, processes)),
        groups,
        Prices.ofLoads(scalars, this == PODS ? List.of() : loads(kinds, scalars, meanFirst)));
  }

  private long[] unplacedPrices(int scalars, Shapes shapes, Processes processes) {
    long[] prices = new long[processes.count()];
    double[] means = new double[scalars];
    Arrays.setAll(means, d -> Math.max(1, mean(shapes.demand(), scalars, d)));
    for (int process = 0; process < prices.length; process++) {
      double size = 0;
      for (int d = 0; d < scalars; d++) {
        size += shapes.demand()[processes.shape()[process] * scalars + d] / means[d] / scalars;
      }
      prices[process] = this == PODS ? (long) (UNIT * (1 + SIZE * size)) : 100 * UNIT;
    }
    return prices;
  }

  private List<LoadPrice> loads(List<List<Long>> kinds, int scalars, double meanFirst) {
    List<LoadPrice> loads = new ArrayList<>();
    for (int d = 0; d < scalars; d++) {
      int dimension = d;
      long[] capacities = kinds.stream().mapToLong(row -> row.get(dimension)).toArray();
      double largest = Math.max(1, Arrays.stream(capacities).max().orElse(1));
      LoadPrice.Shape[] shapes =
          kinds.stream()
              .map(row -> shape(row, dimension, largest, meanFirst))
              .toArray(LoadPrice.Shape[]::new);
      loads.add(LoadPrice.of(false, d, capacities, shapes));
    }
    return loads;
  }

  private LoadPrice.Shape shape(List<Long> row, int dimension, double largest, double meanFirst) {
    double worth =
        this == NODES
            ? Math.pow(row.get(dimension) / largest, 2)
            : row.getFirst() / meanFirst / row.size();
    return share -> -FILL * UNIT * worth * share * share;
  }

  private static double mean(long[] rows, int scalars, int dimension) {
    double sum = 0;
    for (int i = dimension; i < rows.length; i += scalars) {
      sum += rows[i];
    }
    return sum * scalars / Math.max(1, rows.length);
  }
}
