package dev.ballast.planner.model;

import java.util.BitSet;
import java.util.List;

/**
 * What processes take: many processes share one shape.
 *
 * @param demand row of scalars for each shape
 * @param curve row of all curves' points for each shape
 * @param allowed for each shape an index into {@code sets}, or -1 for every machine
 * @param sets sets of machines
 */
public record Shapes(int count, long[] demand, int[] curve, int[] allowed, List<BitSet> sets) {

  /** Scalars alone, allowed everywhere. */
  public static Shapes plain(int count, long[] demand) {
    int[] everywhere = new int[count];
    java.util.Arrays.fill(everywhere, -1);
    return new Shapes(count, demand, new int[0], everywhere, List.of());
  }

  /** True when the rules of the shape itself let it onto the machine. */
  public boolean allows(int shape, int machine) {
    return allowed[shape] < 0 || sets.get(allowed[shape]).get(machine);
  }
}
