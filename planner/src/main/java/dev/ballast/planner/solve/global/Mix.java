package dev.ballast.planner.solve.global;

/**
 * How often to try which kind of step: more often what is made more often. When machines are full
 * and it is cold hardly a shift is ever made. One thread.
 */
final class Mix {

  private static final int OF = 64;
  private static final int FEWEST = 12;
  private static final int MOST = 36;
  private static final double KEPT = 0.95;

  private int share = MOST;
  private double shiftsTried;
  private double shiftsMade;
  private double swapsTried;
  private double swapsMade;

  /** True for a shift, false for a swap. */
  boolean shifts(Dice dice) {
    return dice.below(OF) < share;
  }

  void shiftTried() {
    shiftsTried++;
  }

  void shiftMade() {
    shiftsMade++;
  }

  void swapTried() {
    swapsTried++;
  }

  void swapMade() {
    swapsMade++;
  }

  /** Every some thousand steps; what was long ago counts less. */
  void adapt() {
    double shift = (shiftsMade + 1) / (shiftsTried + 1);
    double swap = (swapsMade + 1) / (swapsTried + 1);
    share = Math.clamp(Math.round(OF * shift / (shift + swap)), FEWEST, MOST);
    shiftsTried *= KEPT;
    shiftsMade *= KEPT;
    swapsTried *= KEPT;
    swapsMade *= KEPT;
  }

  /** Of 64 steps. */
  int share() {
    return share;
  }
}
