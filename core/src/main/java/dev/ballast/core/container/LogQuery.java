package dev.ballast.core.container;

import java.time.Instant;

/** {@code tail} -1 for all; {@code since} {@link Instant#EPOCH} for all. */
public record LogQuery(boolean follow, boolean timestamps, long tail, Instant since) {
  public static final LogQuery ALL = new LogQuery(false, false, -1, Instant.EPOCH);
}
