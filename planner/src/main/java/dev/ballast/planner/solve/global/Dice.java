package dev.ballast.planner.solve.global;

/** Small fast random numbers from a seed; the same seed throws the same. One thread. */
final class Dice {

  private static final int STEPS = 1 << 12;
  private static final float[] EXPONENTIAL = new float[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      EXPONENTIAL[i] = (float) -Math.log((i + 0.5) / STEPS);
    }
  }

  private long state;

  Dice(long seed) {
    state = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
  }

  private int bits() {
    state += 0x9E3779B97F4A7C15L;
    long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
    return (int) ((z ^ z >>> 27) * 0x94D049BB133111EBL >>> 32);
  }

  /** From 0 to below the bound. */
  int below(int bound) {
    return (int) ((bits() & 0xFFFFFFFFL) * bound >>> 32);
  }

  /** Exponentially distributed, mean 1: what a random acceptance may lose in units of heat. */
  float exponential() {
    return EXPONENTIAL[bits() >>> 20];
  }
}
