package dev.ballast.bench.instance;

import dev.ballast.planner.model.Dimensions;
import dev.ballast.planner.model.Groups;
import dev.ballast.planner.model.Machines;
import dev.ballast.planner.model.Prices;
import dev.ballast.planner.model.Prices.Balance;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Processes;
import dev.ballast.planner.model.Shapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads machine reassignment problems in the form of the ROADEF/EURO challenge 2012: one file of
 * numbers for the model, one for the assignment in force.
 */
public final class Roadef {

  /** The largest public ones have 5,000 machines, 50,000 processes and 12 resources. */
  private static final int MOST_MACHINES = 10_000;

  private static final int MOST_PROCESSES = 500_000;
  private static final int MOST_RESOURCES = 50;
  private static final int MOST_BALANCES = 1_000;

  /** Of services by locations, and by neighbourhoods: what is where is a table. */
  private static final long MOST_CELLS = 100_000_000;

  /** Of all that a placement can cost at worst: far below 2^63, since searches add and scale. */
  private static final double MOST_COST = 1e17;

  private static final long LEFT_OUT = 1_000_000_000_000L;

  private final Numbers in;
  private boolean[] transients;
  private long[] loadWeight;
  private int machineCount;
  private int[] machineMove;
  private Machines machines;
  private Groups groups;

  private Roadef(Numbers in) {
    this.in = in;
  }

  public static Problem read(Path model, Path initial) {
    try (Numbers in = new Numbers(model)) {
      Problem problem = new Roadef(in).problem(initial);
      in.end();
      return problem;
    }
  }

  private Problem problem(Path initial) {
    resources();
    machines();
    services();
    int scalars = transients.length;
    int count = in.some(MOST_PROCESSES, "the number of processes");
    int[] group = new int[count];
    long[] demand = new long[count * scalars];
    long[] movePrice = new long[count];
    for (int p = 0; p < count; p++) {
      group[p] = in.below(groups.count(), "a process's service");
      for (int r = 0; r < scalars; r++) {
        demand[p * scalars + r] = in.next("a process's requirement");
      }
      movePrice[p] = in.next("a process's move cost");
    }
    List<Balance> balances = new ArrayList<>();
    int balanceCount = in.count(MOST_BALANCES, "the number of balance costs");
    for (int b = 0; b < balanceCount; b++) {
      balances.add(
          new Balance(
              in.below(scalars, "a balance's first resource"),
              in.below(scalars, "a balance's second resource"),
              in.next("a balance's target"),
              in.next("a balance's weight")));
    }
    long processWeight = in.next("the weight of process moves");
    long serviceWeight = in.next("the weight of service moves");
    int dearest = Arrays.stream(machineMove).max().orElse(0);
    long machineWeight =
        in.next(0, Integer.MAX_VALUE / Math.max(1, dearest), "the weight of machine moves");
    double moves = Arrays.stream(movePrice).asDoubleStream().sum() * processWeight;
    moves += (double) count * (serviceWeight + dearest * machineWeight);
    checkCost(moves + loads(demand, balances));
    for (int p = 0; p < count; p++) {
      movePrice[p] *= processWeight;
    }
    for (int i = 0; i < machineMove.length; i++) {
      machineMove[i] *= (int) machineWeight;
    }
    int[] shape = new int[count];
    Arrays.setAll(shape, p -> p);
    long[] unplaced = new long[count];
    Arrays.fill(unplaced, LEFT_OUT);
    return new Problem(
        new Dimensions(scalars, transients, 0, 0),
        machines,
        Shapes.plain(count, demand),
        new Processes(count, shape, group, start(initial, count), movePrice, unplaced),
        groups,
        new Prices(
            loadWeight,
            balances,
            List.of(),
            serviceWeight,
            Arrays.stream(machineMove).anyMatch(price -> price != 0) ? machineMove : new int[0]));
  }

  private void checkCost(double worst) {
    if (worst > MOST_COST) {
      throw in.malformed(
          "amounts and weights by which no placement costs more than %.0e, not %.0e"
              .formatted(MOST_COST, worst));
    }
  }

  /** What the loads of any placement cost at worst. */
  private double loads(long[] demand, List<Balance> balances) {
    double[] demands = sums(demand);
    double[] capacities = sums(machines.capacity());
    double worst = 0;
    for (int r = 0; r < loadWeight.length; r++) {
      worst += demands[r] * loadWeight[r];
    }
    for (Balance one : balances) {
      double first = capacities[one.first()] + demands[one.first()];
      double second = capacities[one.second()] + demands[one.second()];
      worst += (one.target() * first + second) * Math.max(1, one.weight());
    }
    return worst;
  }

  private double[] sums(long[] rows) {
    double[] sums = new double[loadWeight.length];
    for (int i = 0; i < rows.length; i++) {
      sums[i % sums.length] += rows[i];
    }
    return sums;
  }

  private void resources() {
    int count = in.some(MOST_RESOURCES, "the number of resources");
    transients = new boolean[count];
    loadWeight = new long[count];
    for (int r = 0; r < count; r++) {
      transients[r] = in.below(2, "0 or 1 for a transient resource") == 1;
      loadWeight[r] = in.next("a resource's load cost weight");
    }
  }

  private void machines() {
    int scalars = transients.length;
    machineCount = in.some(MOST_MACHINES, "the number of machines");
    int[] neighbourhood = new int[machineCount];
    int[] location = new int[machineCount];
    long[] capacity = new long[machineCount * scalars];
    long[] safe = new long[capacity.length];
    machineMove = new int[machineCount * machineCount];
    for (int m = 0; m < machineCount; m++) {
      neighbourhood[m] = in.below(machineCount + 1, "a machine's neighbourhood");
      location[m] = in.below(machineCount + 1, "a machine's location");
      for (int r = 0; r < scalars; r++) {
        capacity[m * scalars + r] = in.next("a machine's capacity");
      }
      for (int r = 0; r < scalars; r++) {
        safe[m * scalars + r] = in.next("a machine's safety capacity");
      }
      for (int to = 0; to < machineCount; to++) {
        machineMove[m * machineCount + to] = in.below(Integer.MAX_VALUE, "a machine move cost");
      }
    }
    machines =
        new Machines(
            machineCount,
            capacity,
            safe,
            new int[0],
            location,
            neighbourhood,
            new int[machineCount],
            new long[machineCount]);
  }

  private void services() {
    int count = in.some(MOST_PROCESSES, "the number of services");
    Groups free = Groups.free(count);
    int[] limit = new int[count];
    Arrays.fill(limit, 1);
    int[] spread = new int[count];
    int[][] needs = new int[count][];
    for (int s = 0; s < count; s++) {
      spread[s] = in.count(MOST_PROCESSES, "a service's spread");
      needs[s] = new int[in.below(count + 1, "how many services a service depends on")];
      for (int i = 0; i < needs[s].length; i++) {
        needs[s][i] = in.below(count, "a service that another depends on");
      }
    }
    checkCells(count, machines.location(), "locations");
    checkCells(count, machines.neighbourhood(), "neighbourhoods");
    groups = new Groups(count, limit, spread, needs, free.rules());
  }

  private void checkCells(int services, int[] places, String what) {
    long count = 1 + Arrays.stream(places).max().orElse(0);
    if (services * count > MOST_CELLS) {
      throw in.malformed(
          "services times "
              + what
              + " of at most "
              + MOST_CELLS
              + ", not "
              + services
              + " x "
              + count);
    }
  }

  private int[] start(Path initial, int count) {
    int[] start = new int[count];
    try (Numbers numbers = new Numbers(initial)) {
      for (int p = 0; p < count; p++) {
        start[p] = numbers.below(machineCount, "the machine of process " + p);
      }
      numbers.end();
    }
    return start;
  }
}
