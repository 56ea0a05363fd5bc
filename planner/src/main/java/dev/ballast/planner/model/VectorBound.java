package dev.ballast.planner.model;

import java.util.Arrays;

/**
 * Least machines by size, all dimensions weighed into one: what fits by all of them fits by any
 * weighted mean of them. Of each such instance of one dimension three bounds are taken: the sum of
 * sizes over the largest machines, and the sums of two families of dual feasible functions (sizes
 * rounded so that no set that fits grows beyond a machine; Fekete and Schepers 2001), which see
 * that two large ones never share a machine. Pure.
 */
final class VectorBound {

  private static final int WEIGHTS = 20;
  private static final int THRESHOLDS = 40;
  private static final int STEPS = 12;
  private static final double NEARLY = 1e-9;
  private static final double SURELY = 1e-6;

  private final Problem problem;
  private final int scalars;
  private final int[] count;
  private final double[] largest;

  VectorBound(Problem problem) {
    this.problem = problem;
    this.scalars = problem.dimensions().scalars();
    this.count = new int[problem.shapes().count()];
    for (int shape : problem.processes().shape()) {
      count[shape]++;
    }
    largest = new double[scalars];
    for (int i = 0; i < problem.machines().capacity().length; i++) {
      largest[i % scalars] = Math.max(largest[i % scalars], problem.machines().capacity()[i]);
    }
  }

  int machines() {
    int most = 0;
    for (int first = 0; first < scalars; first++) {
      most = Math.max(most, machines(weights(first, first, 0)));
      for (int second = first + 1; second < scalars; second++) {
        for (int step = 1; step < WEIGHTS; step++) {
          most = Math.max(most, machines(weights(first, second, (double) step / WEIGHTS)));
        }
      }
    }
    return most;
  }

  private double[] weights(int first, int second, double part) {
    double[] weights = new double[scalars];
    weights[first] = (1 - part) / Math.max(1, largest[first]);
    if (second != first) {
      weights[second] = part / Math.max(1, largest[second]);
    }
    return weights;
  }

  private int machines(double[] weights) {
    double[] rooms = weighed(problem.machines().capacity(), weights);
    double room = Arrays.stream(rooms).max().orElse(0);
    if (room <= 0) {
      return 0;
    }
    double[] sizes = weighed(problem.shapes().demand(), weights);
    double total = 0;
    for (int shape = 0; shape < sizes.length; shape++) {
      total += count[shape] * sizes[shape];
    }
    int most = volume(rooms, total);
    for (int shape = 0; shape < sizes.length; shape++) {
      sizes[shape] = Math.min(1, sizes[shape] / room);
    }
    most = Math.max(most, stepped(sizes));
    double[] small =
        Arrays.stream(sizes).filter(size -> size > 0 && size <= 0.5).sorted().distinct().toArray();
    for (int i = 0; i < Math.min(THRESHOLDS, small.length); i++) {
      double threshold =
          small[(int) ((long) i * small.length / Math.min(THRESHOLDS, small.length))];
      double[] cut = Arrays.stream(sizes).map(size -> cut(size, threshold)).toArray();
      most = Math.max(most, Math.max(sum(cut), stepped(cut)));
    }
    return most;
  }

  private double[] weighed(long[] rows, double[] weights) {
    double[] sums = new double[rows.length / scalars];
    for (int i = 0; i < rows.length; i++) {
      sums[i / scalars] += rows[i] * weights[i % scalars];
    }
    return sums;
  }

  private static int volume(double[] rooms, double total) {
    double[] sorted = rooms.clone();
    Arrays.sort(sorted);
    double left = total * (1 - NEARLY);
    int machines = 0;
    while (left > SURELY && machines < sorted.length) {
      left -= sorted[sorted.length - ++machines];
    }
    return machines;
  }

  /** What is larger than all but the threshold leaves no room for what is at least that. */
  private static double cut(double size, double threshold) {
    if (size > 1 - threshold + NEARLY) {
      return 1;
    }
    return size < threshold ? 0 : size;
  }

  private int stepped(double[] sizes) {
    int most = 0;
    for (int k = 1; k <= STEPS; k++) {
      int parts = k;
      most = Math.max(most, sum(Arrays.stream(sizes).map(size -> step(size, parts)).toArray()));
    }
    return most;
  }

  /** At most {@code parts} of what is larger than one of {@code parts + 1} equal parts fit. */
  private static double step(double size, int parts) {
    double scaled = size * (parts + 1);
    return Math.abs(scaled - Math.rint(scaled)) < NEARLY ? size : Math.floor(scaled) / parts;
  }

  private int sum(double[] sizes) {
    double sum = 0;
    for (int shape = 0; shape < sizes.length; shape++) {
      sum += count[shape] * sizes[shape];
    }
    return (int) Math.ceil(sum - SURELY);
  }
}
