package dev.ballast.app.simulation;

/** Thrown into a process to end it: whatever it was doing stops there. */
final class Crash extends Error {
  private static final long serialVersionUID = 1;

  Crash() {
    super("simulated", null, false, false);
  }
}
