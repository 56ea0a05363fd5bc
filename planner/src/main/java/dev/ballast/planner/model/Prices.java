package dev.ballast.planner.model;

import java.util.List;

/**
 * What a placement costs beside opening machines and leaving processes out.
 *
 * @param safeWeight for each scalar, the price of a unit above {@link Machines#safe}
 * @param balances free amounts that should keep in proportion
 * @param loads prices that follow the load
 * @param groupMove price of a process moved in the group with the most moved ones
 * @param machineMove row by row the price of moving from one machine to another; empty for none
 */
public record Prices(
    long[] safeWeight,
    List<Balance> balances,
    List<LoadPrice> loads,
    long groupMove,
    int[] machineMove) {

  /** Costs {@code weight * max(0, target * free(first) - free(second))} on each machine. */
  public record Balance(int first, int second, long target, long weight) {}

  /** None but those that follow the load. */
  public static Prices ofLoads(int scalars, List<LoadPrice> loads) {
    return new Prices(new long[scalars], List.of(), loads, 0, new int[0]);
  }
}
