package dev.ballast.stategrid.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker must find what it is there for. */
class HistoryCheckTest {

  @Test
  void aProperHistoryPasses() {
    assertEquals(
        List.of(),
        HistoryCheck.violations(
            List.of(
                write(0, 2, 0, 5, "a"),
                read(1, 3, 0, ""),
                read(3, 4, 5, "a"),
                unknown(4, 6, 5, "b"),
                read(7, 8, 9, "b"),
                read(9, 10, 9, "b"))));
  }

  @Test
  void aStaleReadIsFound() {
    found("saw an old", write(0, 1, 0, 5, "a"), write(2, 3, 5, 6, "b"), read(4, 5, 5, "a"));
  }

  @Test
  void aReadThatGoesBackIsFound() {
    found(
        "saw an old",
        write(0, 1, 0, 5, "a"),
        unknown(2, 9, 5, "b"),
        read(3, 4, 6, "b"),
        read(5, 6, 5, "a"));
  }

  @Test
  void aLostUpdateIsFound() {
    found("two writes", write(0, 1, 0, 5, "a"), write(2, 8, 5, 6, "b"), write(3, 9, 5, 7, "c"));
  }

  @Test
  void aRefusedWriteThatIsReadIsFound() {
    found(
        "refused",
        write(0, 1, 0, 5, "a"),
        new Attempt("k", 2, 3, 5, Outcome.REFUSED, 0, "b", "m"),
        read(4, 5, 6, "b"));
  }

  @Test
  void aLostAcknowledgedWriteIsFound() {
    found("saw an old", write(0, 1, 0, 5, "a"), read(2, 3, 0, ""));
  }

  private static void found(String what, Attempt... history) {
    List<String> violations = HistoryCheck.violations(List.of(history));
    assertTrue(
        violations.stream().anyMatch(violation -> violation.contains(what)), violations::toString);
  }

  private static Attempt write(long began, long ended, long expected, long version, String value) {
    return new Attempt("k", began, ended, expected, Outcome.DONE, version, value, "m");
  }

  private static Attempt unknown(long began, long ended, long expected, String value) {
    return new Attempt("k", began, ended, expected, Outcome.UNKNOWN, 0, value, "m");
  }

  private static Attempt read(long began, long ended, long version, String value) {
    return new Attempt("k", began, ended, -1, Outcome.DONE, version, value, "m");
  }
}
