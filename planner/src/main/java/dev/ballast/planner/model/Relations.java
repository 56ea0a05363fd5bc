package dev.ballast.planner.model;

import java.util.Arrays;

/**
 * Who is where by groups: limits, rules between groups, spread, neighbourhoods, and how many of
 * each group have moved. All sums are kept, not counted again. One thread.
 */
final class Relations {

  private static final int BUCKETS = 256;

  private final int[] limit;
  private final int[] minLocations;
  private final int[][] needs;
  private final int[][] neededBy;
  private final int[][] ruled;
  private final int[][] most;
  private final int[][] ruledBy;

  /** As {@code ruledBy}: the most that each of those allows beside it. */
  private final int[][] mostBeside;

  /**
   * How many there are of the groups of each bucket on each machine: mostly none, and then there is
   * nothing to look up.
   */
  private final short[] buckets;

  private final boolean[] counted;
  private final boolean anySpread;
  private final boolean anyNeed;
  private final int[] location;
  private final int[] neighbourhood;
  private final int locations;
  private final int neighbourhoods;

  private final Tallies tallies;
  private final int[] atLocation;
  private final int[] spread;
  private final int[] atNeighbourhood;
  private final int[] moved;
  private final int[] withMoved;
  private int mostMoved;
  private long broken;

  Relations(Problem problem) {
    Groups groups = problem.groups();
    Machines machines = problem.machines();
    int count = groups.count();
    limit = groups.limit();
    minLocations = groups.minLocations();
    needs = groups.needs();
    neededBy = groups.neededBy();
    ruled = groups.ruled();
    most = groups.most();
    ruledBy = Groups.reversed(ruled);
    mostBeside = new int[count][];
    for (int g = 0; g < count; g++) {
      int other = g;
      mostBeside[g] = Arrays.stream(ruledBy[g]).map(owner -> mostBeside(owner, other)).toArray();
    }
    int[] members = new int[count];
    for (int group : problem.processes().group()) {
      members[group]++;
    }
    counted = new boolean[count];
    int expected = 0;
    for (int g = 0; g < count; g++) {
      counted[g] = limit[g] < members[g] || ruled[g].length > 0 || ruledBy[g].length > 0;
      expected += counted[g] ? members[g] : 0;
    }
    tallies = new Tallies(count, machines.count(), expected);
    boolean anyRule = Arrays.stream(ruled).anyMatch(row -> row.length > 0);
    buckets = new short[anyRule ? machines.count() * BUCKETS : 0];
    location = machines.location();
    neighbourhood = machines.neighbourhood();
    locations = 1 + Arrays.stream(location).max().orElse(0);
    neighbourhoods = 1 + Arrays.stream(neighbourhood).max().orElse(0);
    anySpread = Arrays.stream(minLocations).anyMatch(min -> min > 1);
    anyNeed = Arrays.stream(needs).anyMatch(row -> row.length > 0);
    atLocation = new int[anySpread ? count * locations : 0];
    spread = new int[count];
    atNeighbourhood = new int[anyNeed ? count * neighbourhoods : 0];
    moved = new int[count];
    withMoved = new int[2 + Arrays.stream(members).max().orElse(0)];
    for (int g = 0; anySpread && g < count; g++) {
      broken += Math.max(0, minLocations[g]);
    }
    withMoved[0] = count;
  }

  /** How much is broken of all rules between processes. */
  long broken() {
    return broken;
  }

  /** How many of the group with the most moved ones have moved. */
  int mostMoved() {
    return mostMoved;
  }

  /** How {@link #mostMoved} would change were one more of the group moved, or one fewer. */
  int mostMovedChange(int group, int sign) {
    if (sign > 0) {
      return moved[group] == mostMoved ? 1 : 0;
    }
    return moved[group] == mostMoved && withMoved[mostMoved] == 1 ? -1 : 0;
  }

  void moved(int group, int sign) {
    withMoved[moved[group]]--;
    moved[group] += sign;
    withMoved[moved[group]]++;
    if (moved[group] > mostMoved) {
      mostMoved = moved[group];
    }
    while (mostMoved > 0 && withMoved[mostMoved] == 0) {
      mostMoved--;
    }
  }

  /** True when one of the group may go there, coming from {@code from} (-1: from nowhere). */
  boolean mayMove(int group, int from, int to) {
    return (!anySpread || mayLeaveLocation(group, from, to))
        && (!anyNeed || mayChangeNeighbourhood(group, from, to))
        && (!counted[group] || mayJoin(group, to));
  }

  private boolean mayJoin(int group, int machine) {
    int there = count(group, machine);
    if (there >= limit[group]) {
      return false;
    }
    int[] others = ruled[group];
    for (int i = 0; i < others.length; i++) {
      if (maybeAny(others[i], machine) && tallies.get(others[i], machine) > most[group][i]) {
        return false;
      }
    }
    int[] owners = ruledBy[group];
    for (int i = 0; i < owners.length; i++) {
      if (there >= mostBeside[group][i]
          && maybeAny(owners[i], machine)
          && tallies.get(owners[i], machine) > 0) {
        return false;
      }
    }
    return true;
  }

  private boolean maybeAny(int group, int machine) {
    return buckets.length == 0 || buckets[bucket(group, machine)] != 0;
  }

  private static int bucket(int group, int machine) {
    return machine * BUCKETS + (group & BUCKETS - 1);
  }

  private int count(int group, int machine) {
    return maybeAny(group, machine) ? tallies.get(group, machine) : 0;
  }

  private int mostBeside(int owner, int other) {
    int[] others = ruled[owner];
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < others.length; i++) {
      if (others[i] == other) {
        least = Math.min(least, most[owner][i]);
      }
    }
    return least;
  }

  private boolean mayLeaveLocation(int group, int from, int to) {
    if (from < 0 || minLocations[group] < 2 || spread[group] > minLocations[group]) {
      return true;
    }
    int left = location[from];
    int reached = location[to];
    return left == reached
        || atLocation[group * locations + left] > 1
        || atLocation[group * locations + reached] == 0;
  }

  private boolean mayChangeNeighbourhood(int group, int from, int to) {
    int reached = neighbourhood[to];
    int left = from < 0 ? -1 : neighbourhood[from];
    if (left == reached) {
      return true;
    }
    for (int other : needs[group]) {
      if (atNeighbourhood[other * neighbourhoods + reached] == 0 && other != group) {
        return false;
      }
    }
    if (left < 0 || atNeighbourhood[group * neighbourhoods + left] > 1) {
      return true;
    }
    for (int other : neededBy[group]) {
      if (atNeighbourhood[other * neighbourhoods + left] > 0 && other != group) {
        return false;
      }
    }
    return true;
  }

  private void bucket(int group, int machine, int sign) {
    if (buckets.length > 0) {
      buckets[bucket(group, machine)] += (short) sign;
    }
  }

  void enter(int group, int machine) {
    if (counted[group]) {
      int before = tallies.increment(group, machine);
      bucket(group, machine, 1);
      broken += before >= limit[group] ? 1 : 0;
      broken += ruleChange(group, machine, before, before + 1);
    }
    if (anySpread && atLocation[group * locations + location[machine]]++ == 0) {
      broken -= spread[group]++ < minLocations[group] ? 1 : 0;
    }
    if (anyNeed && atNeighbourhood[group * neighbourhoods + neighbourhood[machine]]++ == 0) {
      broken += needChange(group, neighbourhood[machine]);
    }
  }

  void leave(int group, int machine) {
    if (counted[group]) {
      int before = tallies.decrement(group, machine);
      bucket(group, machine, -1);
      broken -= before > limit[group] ? 1 : 0;
      broken += ruleChange(group, machine, before, before - 1);
    }
    if (anySpread && --atLocation[group * locations + location[machine]] == 0) {
      broken += --spread[group] < minLocations[group] ? 1 : 0;
    }
    if (anyNeed && --atNeighbourhood[group * neighbourhoods + neighbourhood[machine]] == 0) {
      broken -= needChange(group, neighbourhood[machine]);
    }
  }

  /** How many needs its presence in a neighbourhood opens, less those that it meets. */
  private int needChange(int group, int place) {
    int change = 0;
    for (int other : needs[group]) {
      change += atNeighbourhood[other * neighbourhoods + place] == 0 && other != group ? 1 : 0;
    }
    for (int other : neededBy[group]) {
      change -= atNeighbourhood[other * neighbourhoods + place] > 0 && other != group ? 1 : 0;
    }
    return change;
  }

  private int ruleChange(int group, int machine, int before, int after) {
    int change = 0;
    int[] others = ruled[group];
    for (int i = 0; i < others.length && (before == 0 || after == 0); i++) {
      int excess = Math.max(0, count(others[i], machine) - most[group][i]);
      change += after > before ? excess : -excess;
    }
    int[] owners = ruledBy[group];
    for (int i = 0; i < owners.length; i++) {
      if (count(owners[i], machine) > 0) {
        int most = mostBeside[group][i];
        change += Math.max(0, after - most) - Math.max(0, before - most);
      }
    }
    return change;
  }
}
