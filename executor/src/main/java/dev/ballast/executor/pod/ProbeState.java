package dev.ballast.executor.pod;

import dev.ballast.executor.manifest.Probe;

/**
 * One probe of one instance: how often in a row it has gone the same way, and what that means.
 * Immutable.
 *
 * @param result what the row of answers has established
 */
public record ProbeState(Result result, boolean lastSuccess, int inRow) {

  public enum Result {
    UNKNOWN,
    SUCCESS,
    FAILURE
  }

  public static final ProbeState INITIAL = new ProbeState(Result.UNKNOWN, false, 0);

  /** After a further answer: the result changes only when its threshold is reached. */
  public ProbeState next(boolean success, Probe probe) {
    int row = success == lastSuccess ? inRow + 1 : 1;
    if (success && row >= probe.successThreshold()) {
      return new ProbeState(Result.SUCCESS, true, row);
    }
    if (!success && row >= probe.failureThreshold()) {
      return new ProbeState(Result.FAILURE, false, row);
    }
    return new ProbeState(result, success, row);
  }
}
