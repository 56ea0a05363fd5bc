package dev.ballast.planner.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Small problems in which every rule and price of the model takes part. */
public final class RandomProblem {

  private RandomProblem() {}

  public static Problem of(long seed) {
    Random random = new Random(seed);
    int machines = 3 + random.nextInt(5);
    int shapes = 6;
    int processes = 8 + random.nextInt(20);
    int groups = 5;
    int points = 4;
    Dimensions dimensions =
        new Dimensions(3, new boolean[] {false, random.nextBoolean(), false}, 2, points);
    long[] capacity = random.longs((long) machines * 3, 60, 140).toArray();
    long[] safe = Arrays.stream(capacity).map(c -> c * 2 / 3).toArray();
    int[] kind = random.ints(machines, 0, 2).toArray();
    int[] curveCapacity = new int[machines * 2];
    Arrays.setAll(curveCapacity, i -> kind[i / 2] == 0 ? 100 : 160);
    List<BitSet> sets = List.of(set(random, machines), set(random, machines));
    int[] start = random.ints(processes, -1, machines).toArray();
    return new Problem(
        dimensions,
        new Machines(
            machines,
            capacity,
            safe,
            curveCapacity,
            random.ints(machines, 0, 3).toArray(),
            random.ints(machines, 0, 2).toArray(),
            kind,
            random.longs(machines, 0, 500).toArray()),
        new Shapes(
            shapes,
            random.longs(shapes * 3L, 0, 25).toArray(),
            random.ints((long) shapes * dimensions.columns(), 0, 30).toArray(),
            random.ints(shapes, -1, 2).toArray(),
            sets),
        new Processes(
            processes,
            random.ints(processes, 0, shapes).toArray(),
            random.ints(processes, 0, groups).toArray(),
            start,
            random.longs(processes, 0, 50).toArray(),
            random.longs(processes, 100, 5000).toArray()),
        groups(random, groups),
        new Prices(
            new long[] {1, 2, 3},
            List.of(new Prices.Balance(0, 1, 2, 10), new Prices.Balance(2, 0, 1, 5)),
            List.of(
                LoadPrice.of(
                    true, 0, new long[] {100, 160}, u -> 90 * Math.expm1(Math.max(0, u - .4))),
                LoadPrice.of(false, 1, new long[] {140, 140}, u -> -100 * u * u)),
            7,
            random.ints((long) machines * machines, 0, 9).toArray()));
  }

  private static BitSet set(Random random, int machines) {
    BitSet set = new BitSet();
    for (int i = 0; i < machines; i++) {
      set.set(i, random.nextInt(4) > 0);
    }
    return set;
  }

  private static Groups groups(Random random, int count) {
    int[] limit = random.ints(count, 1, 6).toArray();
    int[] spread = random.ints(count, 0, 3).toArray();
    int[][] needs = new int[count][0];
    needs[0] = new int[] {1};
    List<List<Groups.Rule>> rules = new ArrayList<>();
    for (int g = 0; g < count; g++) {
      rules.add(g < 3 ? List.of(new Groups.Rule((g + 1) % count, random.nextInt(3))) : List.of());
    }
    return new Groups(count, limit, spread, needs, rules);
  }
}
