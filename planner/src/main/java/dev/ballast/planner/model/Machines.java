package dev.ballast.planner.model;

/**
 * The machines, in arrays indexed by machine (and, row by row, by dimension).
 *
 * @param capacity never exceeded; row of scalars for each machine
 * @param safe what a machine may hold before {@link Prices#safeWeight} is paid for the excess; like
 *     capacity
 * @param curveCapacity one number for each curve, the same at all its points
 * @param location for {@link Groups#minLocations}; small numbers from 0
 * @param neighbourhood for {@link Groups#needs}; small numbers from 0
 * @param kind which table of a {@link LoadPrice} applies
 * @param openPrice paid once while the machine holds any process
 */
public record Machines(
    int count,
    long[] capacity,
    long[] safe,
    int[] curveCapacity,
    int[] location,
    int[] neighbourhood,
    int[] kind,
    long[] openPrice) {

  /** Machines that differ in capacity and opening price alone. */
  public static Machines plain(int count, long[] capacity, int[] kind, long[] openPrice) {
    return new Machines(
        count, capacity, capacity, new int[0], new int[count], new int[count], kind, openPrice);
  }
}
