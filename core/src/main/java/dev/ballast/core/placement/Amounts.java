package dev.ballast.core.placement;

import java.util.Arrays;

/** Arithmetic on amounts by {@link ResourceNames}; a missing tail counts as 0. Pure. */
public final class Amounts {

  /**
   * More than any machine has: 2 PiB, or two million million cores. Thousands of pods that ask for
   * it, as only those do that nobody places, still have a sum.
   */
  public static final long ABSURD = 1L << 51;

  private Amounts() {}

  /** Each at most so much. */
  public static long[] capped(long[] amounts, long most) {
    return Arrays.stream(amounts).map(amount -> Math.min(amount, most)).toArray();
  }

  public static long at(long[] amounts, int index) {
    return index < amounts.length ? amounts[index] : 0;
  }

  public static long[] sum(long[] a, long[] b) {
    long[] result = Arrays.copyOf(a, Math.max(a.length, b.length));
    for (int i = 0; i < b.length; i++) {
      result[i] = saturated(result[i], b[i]);
    }
    return result;
  }

  public static long[] max(long[] a, long[] b) {
    long[] result = Arrays.copyOf(a, Math.max(a.length, b.length));
    for (int i = 0; i < b.length; i++) {
      result[i] = Math.max(result[i], b[i]);
    }
    return result;
  }

  /** Absurd requests (8 EiB in two containers) stay absurd instead of turning negative. */
  private static long saturated(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }
}
