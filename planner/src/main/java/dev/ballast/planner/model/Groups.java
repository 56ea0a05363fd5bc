package dev.ballast.planner.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rules between groups of processes (a service, an application): hard ones.
 *
 * @param limit most processes of a group on one machine
 * @param minLocations least number of locations that a group must be spread over; 0 for any
 * @param needs for each group those that must have a process in every neighbourhood where it has
 *     one
 * @param rules for each group the groups it restricts where it has a process itself
 */
public record Groups(
    int count, int[] limit, int[] minLocations, int[][] needs, List<List<Rule>> rules) {

  /** On a machine with the rule's owner, at most {@code most} of {@code other}. */
  public record Rule(int other, int most) {}

  private static final int[] NONE = {};

  /** Groups without any rule. */
  public static Groups free(int count) {
    int[] limit = new int[count];
    Arrays.fill(limit, Integer.MAX_VALUE);
    int[][] needs = new int[count][];
    Arrays.fill(needs, NONE);
    List<List<Rule>> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rules.add(List.of());
    }
    return new Groups(count, limit, new int[count], needs, rules);
  }

  int[][] neededBy() {
    return reversed(needs);
  }

  int[][] ruled() {
    int[][] out = new int[count][];
    for (int i = 0; i < count; i++) {
      out[i] = rules.get(i).stream().mapToInt(Rule::other).toArray();
    }
    return out;
  }

  int[][] most() {
    int[][] out = new int[count][];
    for (int i = 0; i < count; i++) {
      out[i] = rules.get(i).stream().mapToInt(Rule::most).toArray();
    }
    return out;
  }

  static int[][] reversed(int[][] edges) {
    int[] sizes = new int[edges.length];
    for (int[] row : edges) {
      for (int to : row) {
        sizes[to]++;
      }
    }
    int[][] back = new int[edges.length][];
    for (int i = 0; i < edges.length; i++) {
      back[i] = sizes[i] == 0 ? NONE : new int[sizes[i]];
    }
    for (int from = edges.length - 1; from >= 0; from--) {
      for (int to : edges[from]) {
        back[to][--sizes[to]] = from;
      }
    }
    return back;
  }
}
