package dev.ballast.planner.model;

/**
 * A price that follows one dimension's load, by a table for each kind of machine: the sum of {@code
 * table[load >> shift]} over the points of a curve, or that of the one number of a scalar. The
 * table must never fall for curves; loads beyond its end cost what its end does.
 *
 * @param curve whether {@code dimension} counts curves, else scalars
 * @param tables by kind of machine
 * @param shifts by kind of machine
 */
public record LoadPrice(boolean curve, int dimension, int[][] tables, int[] shifts) {

  private static final int STEPS = 4096;

  /** A function of load over capacity. */
  public interface Shape {
    double at(double share);
  }

  /**
   * Tables of a function of the share in use.
   *
   * @param capacities of that dimension by kind of machine
   */
  public static LoadPrice of(boolean curve, int dimension, long[] capacities, Shape... shapes) {
    int[][] tables = new int[capacities.length][];
    int[] shifts = new int[capacities.length];
    for (int kind = 0; kind < capacities.length; kind++) {
      int shift = 0;
      while (capacities[kind] >> shift > STEPS) {
        shift++;
      }
      int[] table = new int[(int) (capacities[kind] >> shift) + 1];
      for (int i = 0; i < table.length; i++) {
        double middle = shift == 0 ? i : (i + 0.5) * (1L << shift);
        double share = capacities[kind] == 0 ? 0 : Math.min(1, middle / capacities[kind]);
        long price = Math.round(shapes[kind % shapes.length].at(share));
        table[i] = Math.clamp(price, Integer.MIN_VALUE, Integer.MAX_VALUE);
      }
      tables[kind] = table;
      shifts[kind] = shift;
    }
    return new LoadPrice(curve, dimension, tables, shifts);
  }

  int of(int kind, long load) {
    int[] table = tables[kind];
    return table[(int) Math.min(table.length - 1, load >> shifts[kind])];
  }
}
