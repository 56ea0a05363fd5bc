package dev.ballast.planner.model;

import java.util.BitSet;
import java.util.List;

/**
 * What processes take: many processes share one shape.
 *
 * @param demand row of scalars for each shape
 * @param curve row of all curves' points for each shape
 * @param allowed for each shape an index into {@code sets}, {@link #ANYWHERE}, or {@link #PINNED}
 * @param sets sets of machines
 */
public record Shapes(int count, long[] demand, int[] curve, int[] allowed, List<BitSet> sets) {

  /** May be on every machine. */
  public static final int ANYWHERE = -1;

  /** Stays where it starts. */
  public static final int PINNED = -2;

  /** Scalars alone, allowed everywhere. */
  public static Shapes plain(int count, long[] demand) {
    int[] everywhere = new int[count];
    java.util.Arrays.fill(everywhere, ANYWHERE);
    return new Shapes(count, demand, new int[0], everywhere, List.of());
  }

  /** True when the rules of the shape itself let it onto the machine. */
  public boolean allows(int shape, int machine) {
    int set = allowed[shape];
    return set == ANYWHERE || set != PINNED && sets.get(set).get(machine);
  }

  boolean pinned(int shape) {
    return allowed[shape] == PINNED;
  }
}
