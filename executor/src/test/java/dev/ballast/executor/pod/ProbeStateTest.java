package dev.ballast.executor.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.executor.manifest.Probe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeStateTest {

  /** + is a success, - a failure; the result after each answer is S, F or ? (unknown). */
  @ParameterizedTest(name = "success {0}, failure {1}: {2} -> {3}")
  @CsvSource({
    "1, 3, +,        S",
    "1, 3, --,       ??",
    "1, 3, ---,      ??F",
    "1, 3, --+,      ??S",
    "1, 3, +--,      SSS",
    "1, 3, +---,     SSSF",
    "1, 3, +--+---,  SSSSSSF",
    "1, 1, +-+-,     SFSF",
    "2, 2, +,        ?",
    "2, 2, ++,       ?S",
    "2, 2, +-+-,     ????",
    "2, 2, ++--+,    ?SSFF",
    "2, 2, ++--++,   ?SSFFS",
  })
  void resultsChangeOnlyAtTheirThresholds(
      int success, int failure, String answers, String results) {
    Probe probe = new Probe(null, null, null, null, 0, 1, 1, success, failure, null);
    ProbeState state = ProbeState.INITIAL;
    StringBuilder seen = new StringBuilder();
    for (char answer : answers.toCharArray()) {
      state = state.next(answer == '+', probe);
      seen.append(
          switch (state.result()) {
            case UNKNOWN -> '?';
            case SUCCESS -> 'S';
            case FAILURE -> 'F';
          });
    }
    assertEquals(results, seen.toString());
  }
}
