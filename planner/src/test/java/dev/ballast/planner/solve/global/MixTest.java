package dev.ballast.planner.solve.global;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MixTest {

  private static void walk(Mix mix, int shiftsMade, int swapsMade) {
    for (int i = 0; i < 1000; i++) {
      mix.shiftTried();
      mix.swapTried();
    }
    for (int i = 0; i < shiftsMade; i++) {
      mix.shiftMade();
    }
    for (int i = 0; i < swapsMade; i++) {
      mix.swapMade();
    }
    mix.adapt();
  }

  @Test
  void whatIsNeverMadeIsTriedSeldomButTried() {
    Mix mix = new Mix();
    walk(mix, 0, 500);
    assertEquals(12, mix.share());
  }

  @Test
  void whatIsMadeAgainIsTriedMoreOften() {
    Mix mix = new Mix();
    walk(mix, 0, 500);
    for (int i = 0; i < 100; i++) {
      walk(mix, 200, 200);
    }
    assertTrue(mix.share() > 30, "share " + mix.share());
    walk(mix, 1000, 0);
    assertTrue(mix.share() <= 36, "share " + mix.share());
  }
}
