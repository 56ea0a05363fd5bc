package dev.ballast.core.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The moment a decision is taken at.
 *
 * @param wall for what people read (timestamps in objects)
 * @param monotonicNanos for ages and time-outs; comparable within one process only
 */
public record Now(Instant wall, long monotonicNanos) {

  /** How long ago {@code earlier} was, by the monotonic clock. */
  public Duration since(Now earlier) {
    return Duration.ofNanos(monotonicNanos - earlier.monotonicNanos);
  }
}
