package dev.ballast.planner.solve.global;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MeltingTest {

  private static final Heat WIDEST = new Heat(2000, 1);

  private static Melting seen(long descended, long... worths) {
    return seen(descended, false, worths);
  }

  private static Melting seen(long descended, boolean opens, long[] worths) {
    Melting melting = new Melting(descended, opens);
    double heat = 1024;
    for (long worth : worths) {
      melting.seen(heat, worth);
      heat /= 2;
    }
    return melting;
  }

  @Test
  void itBeginsAboveWhereAnnealingIsNoBetterThanADescent() {
    Heat heat = seen(500, 900, 900, 600, 400, 300, 200, 101, 100, 100).within(WIDEST);
    assertEquals(6 * 256, heat.hot());
  }

  @Test
  void itEndsWhereHardlyAnythingIsGained() {
    Heat heat = seen(500, 900, 900, 600, 400, 300, 200, 101, 100, 100).within(WIDEST);
    assertEquals(16, heat.cold());
  }

  @Test
  void whereMachinesOpenItBeginsAtTheHottest() {
    long[] worths = {900, 900, 600, 400, 300, 200, 101, 100, 100};
    assertEquals(new Heat(WIDEST.hot(), 16), seen(500, true, worths).within(WIDEST));
  }

  @Test
  void aSteepFallStillGetsARange() {
    Heat heat = seen(500, 900, 900, 900, 900, 100, 100, 100, 100, 100).within(WIDEST);
    assertEquals(new Heat(6 * 128, 64), heat);
  }

  @Test
  void tooLittleSeenOrNothingGainedLeavesTheWidest() {
    assertEquals(WIDEST, seen(500, 900, 400).within(WIDEST));
    assertEquals(WIDEST, seen(50, 900, 800, 700, 600, 500, 400, 300, 200, 100).within(WIDEST));
  }
}
