package dev.ballast.planner.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PrecedenceTest {

  private final Precedence precedence = new Precedence();

  @Test
  void isTakenUntilTheLastHasEnded() {
    assertFalse(precedence.isTaken());
    precedence.begin();
    precedence.begin();
    precedence.end();
    assertTrue(precedence.isTaken());
    precedence.end();
    assertFalse(precedence.isTaken());
    assertTrue(precedence.rest(), "nobody to wait for");
  }

  @Test
  void nobodyIsKeptFromItsWorkForGood() {
    precedence.begin();
    assertFalse(precedence.rest(), "it went on though somebody was at work");
  }

  @Test
  void whoIsInterruptedStaysSo() {
    precedence.begin();
    Thread.currentThread().interrupt();
    assertFalse(precedence.rest());
    assertTrue(Thread.interrupted());
  }
}
