package dev.ballast.planner.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Least machines by who cannot be with whom: processes that pairwise never share a machine, because
 * two do not fit, rules keep their groups apart, or no machine allows both, need one each. Classes
 * of equal processes are put together greedily, those that need most machines first. Pure.
 */
final class CliqueBound {

  private static final int CLASSES = 2_000;
  private static final int BEGINNINGS = 20;

  /** Equal processes, and how many machines they need by themselves. */
  private record Kin(int shape, int group, int machines) {}

  private record Sort(int shape, int group) {}

  private final Problem problem;
  private final int scalars;
  private final long[] largest;

  CliqueBound(Problem problem) {
    this.problem = problem;
    this.scalars = problem.dimensions().scalars();
    this.largest = new long[scalars];
    for (int i = 0; i < problem.machines().capacity().length; i++) {
      largest[i % scalars] = Math.max(largest[i % scalars], problem.machines().capacity()[i]);
    }
  }

  int machines() {
    List<Kin> kin = kin();
    int most = 0;
    for (int first = 0; first < Math.min(BEGINNINGS, kin.size()); first++) {
      List<Kin> clique = new ArrayList<>(List.of(kin.get(first)));
      for (Kin one : kin) {
        if (clique.stream().allMatch(other -> apart(one, other))) {
          clique.add(one);
        }
      }
      most = Math.max(most, clique.stream().mapToInt(Kin::machines).sum());
    }
    return most;
  }

  private List<Kin> kin() {
    Map<Sort, Integer> counts = new LinkedHashMap<>();
    for (int p = 0; p < problem.processes().count(); p++) {
      counts.merge(
          new Sort(problem.processes().shape()[p], problem.processes().group()[p]),
          1,
          Integer::sum);
    }
    List<Kin> kin = new ArrayList<>();
    counts.forEach(
        (sort, count) -> kin.add(new Kin(sort.shape(), sort.group(), alone(sort, count))));
    return kin.stream()
        .sorted(
            Comparator.comparingInt((Kin one) -> -one.machines())
                .thenComparingDouble(one -> -share(one.shape())))
        .limit(CLASSES)
        .toList();
  }

  private int alone(Sort sort, int count) {
    long together = problem.groups().limit()[sort.group()];
    for (int d = 0; d < scalars; d++) {
      long each = demand(sort.shape(), d);
      together = each == 0 ? together : Math.min(together, largest[d] / each);
    }
    // What fits nowhere at all needs no machine.
    return together < 1 ? 0 : (int) Math.ceilDiv((long) count, together);
  }

  private double share(int shape) {
    double most = 0;
    for (int d = 0; d < scalars; d++) {
      most = Math.max(most, demand(shape, d) / (double) Math.max(1, largest[d]));
    }
    return most;
  }

  private long demand(int shape, int scalar) {
    return problem.shapes().demand()[shape * scalars + scalar];
  }

  /** True when no machine ever holds one of each. */
  private boolean apart(Kin one, Kin other) {
    if (one.equals(other)) {
      return false;
    }
    for (int d = 0; d < scalars; d++) {
      if (demand(one.shape(), d) + demand(other.shape(), d) > largest[d]) {
        return true;
      }
    }
    if (one.group() == other.group()) {
      return problem.groups().limit()[one.group()] < 2 || noMachine(one, other);
    }
    return forbids(one.group(), other.group())
        || forbids(other.group(), one.group())
        || noMachine(one, other);
  }

  private boolean forbids(int owner, int other) {
    for (Groups.Rule rule : problem.groups().rules().get(owner)) {
      if (rule.other() == other && rule.most() == 0) {
        return true;
      }
    }
    return false;
  }

  private boolean noMachine(Kin one, Kin other) {
    int a = problem.shapes().allowed()[one.shape()];
    int b = problem.shapes().allowed()[other.shape()];
    if (a < 0 || b < 0 || a == b) {
      return false;
    }
    BitSet both = (BitSet) problem.shapes().sets().get(a).clone();
    both.and(problem.shapes().sets().get(b));
    return both.isEmpty();
  }
}
