package dev.ballast.planner.model;

import dev.ballast.planner.model.Prices.Balance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a placement is worth, counted from scratch in the plainest way: what {@link State} must
 * always agree with.
 *
 * @param broken rules broken
 * @param unplaced price of unplaced processes
 * @param cost all other prices
 * @param open machines that hold a process
 */
public record Verdict(long broken, long unplaced, long cost, int open)
    implements Comparable<Verdict> {

  private static final Comparator<Verdict> ORDER =
      Comparator.comparingLong(Verdict::broken)
          .thenComparingLong(Verdict::unplaced)
          .thenComparingLong(Verdict::cost);

  /** The better one first. */
  @Override
  public int compareTo(Verdict other) {
    return ORDER.compare(this, other);
  }

  public static Verdict of(Problem problem, int[] placement) {
    Counting counting = new Counting(problem, placement);
    long broken = counting.overloads() + counting.groupRules() + counting.needs();
    return new Verdict(
        broken,
        counting.unplaced(),
        counting.machines() + counting.moves(),
        (int) counting.on.stream().filter(list -> !list.isEmpty()).count());
  }

  private static final class Counting {

    private final Problem problem;
    private final int[] placement;
    private final List<List<Integer>> on = new ArrayList<>();
    private final int scalars;

    Counting(Problem problem, int[] placement) {
      this.problem = problem;
      this.placement = placement;
      scalars = problem.dimensions().scalars();
      for (int m = 0; m < problem.machines().count(); m++) {
        on.add(new ArrayList<>());
      }
      for (int p = 0; p < placement.length; p++) {
        if (placement[p] >= 0) {
          on.get(placement[p]).add(p);
        }
      }
    }

    long demand(int process, int scalar) {
      return problem.shapes().demand()[problem.processes().shape()[process] * scalars + scalar];
    }

    long use(int machine, int scalar) {
      return on.get(machine).stream().mapToLong(p -> demand(p, scalar)).sum();
    }

    int[] curve(int machine, int curve) {
      int points = problem.dimensions().points();
      int columns = problem.dimensions().columns();
      int[] sum = new int[points];
      for (int p : on.get(machine)) {
        int at = problem.processes().shape()[p] * columns + curve * points;
        for (int i = 0; i < points; i++) {
          sum[i] += problem.shapes().curve()[at + i];
        }
      }
      return sum;
    }

    long overloads() {
      long over = 0;
      long[][] left = new long[on.size()][scalars];
      int[] start = problem.processes().start();
      for (int p = 0; p < placement.length; p++) {
        for (int d = 0; d < scalars; d++) {
          if (start[p] >= 0 && start[p] != placement[p] && problem.dimensions().transients()[d]) {
            left[start[p]][d] += demand(p, d);
          }
        }
      }
      for (int m = 0; m < on.size(); m++) {
        for (int d = 0; d < scalars; d++) {
          long capacity = problem.machines().capacity()[m * scalars + d];
          over += use(m, d) + left[m][d] > capacity ? 1 : 0;
        }
        int curves = problem.dimensions().curves();
        for (int c = 0; c < curves; c++) {
          int peak = Arrays.stream(curve(m, c)).max().orElse(0);
          over += peak > problem.machines().curveCapacity()[m * curves + c] ? 1 : 0;
        }
      }
      return over;
    }

    long groupRules() {
      long broken = 0;
      Groups groups = problem.groups();
      Map<Integer, Set<Integer>> locations = new HashMap<>();
      for (int m = 0; m < on.size(); m++) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int p : on.get(m)) {
          int group = problem.processes().group()[p];
          counts.merge(group, 1, Integer::sum);
          locations
              .computeIfAbsent(group, g -> new HashSet<>())
              .add(problem.machines().location()[m]);
        }
        for (Map.Entry<Integer, Integer> one : counts.entrySet()) {
          broken += Math.max(0, one.getValue() - groups.limit()[one.getKey()]);
          for (Groups.Rule rule : groups.rules().get(one.getKey())) {
            broken += Math.max(0, counts.getOrDefault(rule.other(), 0) - rule.most());
          }
        }
      }
      boolean anySpread = Arrays.stream(groups.minLocations()).anyMatch(min -> min > 1);
      for (int g = 0; anySpread && g < groups.count(); g++) {
        int reached = locations.getOrDefault(g, Set.of()).size();
        broken += Math.max(0, groups.minLocations()[g] - reached);
      }
      return broken;
    }

    long needs() {
      Groups groups = problem.groups();
      Map<Integer, Set<Integer>> reached = new HashMap<>();
      for (int p = 0; p < placement.length; p++) {
        if (placement[p] >= 0) {
          reached
              .computeIfAbsent(problem.processes().group()[p], g -> new HashSet<>())
              .add(problem.machines().neighbourhood()[placement[p]]);
        }
      }
      long broken = 0;
      for (int g = 0; g < groups.count(); g++) {
        for (int other : groups.needs()[g]) {
          Set<Integer> missing = new HashSet<>(reached.getOrDefault(g, Set.of()));
          missing.removeAll(reached.getOrDefault(other, Set.of()));
          broken += missing.size();
        }
      }
      return broken;
    }

    long unplaced() {
      long sum = 0;
      for (int p = 0; p < placement.length; p++) {
        sum += placement[p] < 0 ? problem.processes().unplacedPrice()[p] : 0;
      }
      return sum;
    }

    long machines() {
      long sum = 0;
      for (int m = 0; m < on.size(); m++) {
        sum += on.get(m).isEmpty() ? 0 : problem.machines().openPrice()[m];
        for (int d = 0; d < scalars; d++) {
          long excess = use(m, d) - problem.machines().safe()[m * scalars + d];
          sum += Math.max(0, excess) * problem.prices().safeWeight()[d];
        }
        for (Balance balance : problem.prices().balances()) {
          long shortage = balance.target() * free(m, balance.first()) - free(m, balance.second());
          sum += Math.max(0, shortage) * balance.weight();
        }
        for (LoadPrice price : problem.prices().loads()) {
          int kind = problem.machines().kind()[m];
          if (price.curve()) {
            for (int load : curve(m, price.dimension())) {
              sum += price.of(kind, load);
            }
          } else {
            sum += price.of(kind, use(m, price.dimension()));
          }
        }
      }
      return sum;
    }

    long free(int machine, int scalar) {
      return problem.machines().capacity()[machine * scalars + scalar] - use(machine, scalar);
    }

    long moves() {
      long sum = 0;
      int[] start = problem.processes().start();
      Map<Integer, Integer> moved = new HashMap<>();
      for (int p = 0; p < placement.length; p++) {
        if (start[p] >= 0 && placement[p] >= 0 && start[p] != placement[p]) {
          sum += problem.processes().movePrice()[p];
          moved.merge(problem.processes().group()[p], 1, Integer::sum);
          if (problem.prices().machineMove().length > 0) {
            sum += problem.prices().machineMove()[start[p] * on.size() + placement[p]];
          }
        }
      }
      int most = moved.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      return sum + problem.prices().groupMove() * most;
    }
  }
}
