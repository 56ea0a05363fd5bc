package dev.ballast.planner.model;

/**
 * What machines offer and processes take: scalars (a {@code long} each), and curves over time, each
 * of the same number of points (an {@code int} each, so that sums of a machine's processes must
 * stay within an int).
 *
 * @param transients for each scalar: whether a process that moves holds it on its first machine too
 *     until the whole plan is done
 * @param curves how many curves a process has
 * @param points points of one curve
 */
public record Dimensions(int scalars, boolean[] transients, int curves, int points) {

  /** Scalars alone, none of them transient. */
  public static Dimensions scalars(int count) {
    return new Dimensions(count, new boolean[count], 0, 0);
  }

  /** Points of all curves. */
  public int columns() {
    return curves * points;
  }

  boolean anyTransient() {
    for (boolean one : transients) {
      if (one) {
        return true;
      }
    }
    return false;
  }
}
