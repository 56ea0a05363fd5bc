package dev.ballast.stategrid.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.stategrid.faults.Attempt.Kind;
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
                unknown(4, 6, 5, "a/b"),
                read(7, 8, 9, "a/b"),
                delete(9, 12, 0, 11, "a"),
                read(10, 13, 0, ""),
                read(10, 11, 9, "a/b"),
                write(14, 15, 0, 15, "c"),
                unknownDelete(16, 18, 15, ""),
                read(17, 20, 15, "c"),
                read(19, 21, 0, "")),
            stream(put(5, "a"), put(9, "a/b"), put(11, ""), put(15, "c"), put(20, ""))));
  }

  @Test
  void aStaleReadIsFound() {
    found(
        "saw an old",
        stream(put(5, "a"), put(6, "b")),
        write(0, 1, 0, 5, "a"),
        write(2, 3, 5, 6, "b"),
        read(4, 5, 5, "a"));
  }

  @Test
  void aReadThatGoesBackIsFound() {
    found(
        "saw an old",
        stream(put(5, "a"), put(6, "b")),
        write(0, 1, 0, 5, "a"),
        unknown(2, 9, 5, "b"),
        read(3, 4, 6, "b"),
        read(5, 6, 5, "a"));
  }

  @Test
  void aReadOfWhatIsDeletedIsFound() {
    found(
        "saw an old",
        stream(put(5, "a"), put(6, "")),
        write(0, 1, 0, 5, "a"),
        delete(2, 3, 5, 6, ""),
        read(4, 5, 5, "a"));
  }

  @Test
  void aDeletedObjectThatIsThereAgainIsFound() {
    found(
        "saw an old",
        stream(put(5, "a"), put(6, "")),
        write(0, 1, 0, 5, "a"),
        unknownDelete(2, 9, 0, ""),
        read(3, 4, 0, ""),
        read(5, 6, 5, "a"));
  }

  @Test
  void aReadOfNothingBeforeAnybodyDeletedIsFound() {
    found(
        "saw an old",
        stream(put(5, "a"), put(6, "")),
        write(0, 1, 0, 5, "a"),
        read(2, 3, 0, ""),
        delete(4, 5, 5, 6, ""));
  }

  @Test
  void aLostUpdateIsFound() {
    found(
        "another state",
        stream(put(5, "a"), put(6, "b"), put(7, "c")),
        write(0, 1, 0, 5, "a"),
        write(2, 8, 5, 6, "b"),
        write(3, 9, 5, 7, "c"));
  }

  @Test
  void aDeleteOfAnotherThanItNamedIsFound() {
    found(
        "another state",
        stream(put(5, "a"), put(6, ""), put(7, "b"), put(8, "")),
        write(0, 1, 0, 5, "a"),
        delete(2, 3, 5, 6, ""),
        write(4, 5, 0, 7, "b"),
        delete(6, 7, 0, 8, "a"));
  }

  @Test
  void aRemovalThatNobodyAskedForIsFound() {
    found(
        "nobody asked",
        stream(put(5, "a"), put(6, ""), put(7, "b"), put(8, "")),
        write(0, 1, 0, 5, "a"),
        unknownDelete(2, 3, 0, ""),
        write(4, 5, 0, 7, "b"));
  }

  @Test
  void aRemovalBeforeSomebodyAskedForItIsFound() {
    found(
        "nobody asked",
        stream(put(5, "a"), put(6, "")),
        write(0, 1, 0, 5, "a"),
        read(2, 3, 0, ""),
        unknownDelete(4, 5, 0, ""));
  }

  @Test
  void aRefusedWriteThatIsSeenIsFound() {
    found(
        "refused",
        stream(put(5, "a"), put(6, "b")),
        write(0, 1, 0, 5, "a"),
        attempt(Kind.PUT, 2, 3, 5, Outcome.REFUSED, 0, "b"));
  }

  @Test
  void aLostAcknowledgedWriteIsFound() {
    found("never seen", stream(), write(0, 1, 0, 5, "a"));
    found("never seen", stream(put(5, "a")), write(0, 1, 0, 5, "a"), delete(2, 3, 0, 6, ""));
    found("found nothing", stream(put(5, "a")), write(0, 1, 0, 5, "a"), read(2, 3, 0, ""));
  }

  private static void found(String what, List<Change> stream, Attempt... history) {
    List<String> violations = HistoryCheck.violations(List.of(history), stream);
    assertTrue(
        violations.stream().anyMatch(violation -> violation.contains(what)), violations::toString);
  }

  private static List<Change> stream(Change... changes) {
    return List.of(changes);
  }

  private static Change put(long revision, String value) {
    return new Change(revision, "k", value);
  }

  private static Attempt write(long began, long ended, long expected, long version, String value) {
    return attempt(Kind.PUT, began, ended, expected, Outcome.DONE, version, value);
  }

  private static Attempt unknown(long began, long ended, long expected, String value) {
    return attempt(Kind.PUT, began, ended, expected, Outcome.UNKNOWN, 0, value);
  }

  private static Attempt delete(long began, long ended, long expected, long version, String uid) {
    return attempt(Kind.DELETE, began, ended, expected, Outcome.DONE, version, uid);
  }

  private static Attempt unknownDelete(long began, long ended, long expected, String uid) {
    return attempt(Kind.DELETE, began, ended, expected, Outcome.UNKNOWN, 0, uid);
  }

  private static Attempt read(long began, long ended, long version, String value) {
    return attempt(Kind.READ, began, ended, 0, Outcome.DONE, version, value);
  }

  private static Attempt attempt(
      Kind kind,
      long began,
      long ended,
      long expected,
      Outcome outcome,
      long version,
      String value) {
    return new Attempt(kind, "k", began, ended, expected, outcome, version, value, "m");
  }
}
