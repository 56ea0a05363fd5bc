package dev.ballast.planner.model;

/**
 * One placement problem: which machine each process should be on. Its arrays are never written
 * after it is made, so it may be shared by threads.
 *
 * <p>A placement is an {@code int[]} of machines by process, -1 for unplaced. Rules come first
 * (none may be broken), then the prices of unplaced processes, then all other prices; see {@link
 * Verdict}.
 */
public record Problem(
    Dimensions dimensions,
    Machines machines,
    Shapes shapes,
    Processes processes,
    Groups groups,
    Prices prices) {

  /** Nowhere. */
  public static final int UNPLACED = -1;

  /** The start of every process. */
  public int[] start() {
    return processes.start().clone();
  }

  /** True when a machine costs something as such. */
  public boolean opens() {
    return java.util.Arrays.stream(machines.openPrice()).anyMatch(price -> price > 0);
  }

  /** True when no rule and no price reaches beyond one machine. */
  public boolean separable() {
    if (prices.groupMove() != 0) {
      return false;
    }
    for (int group = 0; group < groups.count(); group++) {
      if (groups.minLocations()[group] > 1 || groups.needs()[group].length > 0) {
        return false;
      }
    }
    return true;
  }
}
