package dev.ballast.stategrid.faults;

import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param pauses for every fault that was met, how long no client got a write through in the worst
 *     case, in milliseconds
 */
record FaultReport(
    long seed,
    long seconds,
    long operations,
    long written,
    long deleted,
    long unknown,
    Map<Fault, Integer> faults,
    Map<Fault, Long> pauses,
    long imagesTaken,
    List<String> wrong) {

  /** The longest time without a write while a majority could reach each other, in milliseconds. */
  long longestPause() {
    return pauses.entrySet().stream()
        .filter(pause -> pause.getKey().leavesMajority())
        .mapToLong(Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  @Override
  public String toString() {
    return "seed %d: %s, %d s, %d operations (%d written, %d of them deletes, %d unknown), longest without a write %d ms, faults %s, pauses in ms %s, images taken over %d%s"
        .formatted(
            seed,
            wrong.isEmpty() ? "OK" : "VIOLATED",
            seconds,
            operations,
            written,
            deleted,
            unknown,
            longestPause(),
            faults,
            pauses,
            imagesTaken,
            wrong.isEmpty() ? "" : ", WRONG: " + wrong);
  }
}
