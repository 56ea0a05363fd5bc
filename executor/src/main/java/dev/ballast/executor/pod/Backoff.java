package dev.ballast.executor.pod;

import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;

/**
 * How long to wait between tries: 10 s, doubling to 5 min; forgotten after 10 quiet minutes. These
 * are the kubelet's figures for crashing containers and failing pulls. Immutable.
 *
 * @param delay to keep after the last try; zero before the first
 * @param last when the last try began
 */
public record Backoff(Duration delay, Instant last) {

  public static final Duration INITIAL = Duration.ofSeconds(10);
  public static final Duration LONGEST = Duration.ofMinutes(5);
  public static final Backoff NONE = new Backoff(Duration.ZERO, Instant.EPOCH);

  /** After a further try at {@code now}. */
  public Backoff next(Now now) {
    if (delay.isZero() || isStale(now.wall())) {
      return new Backoff(INITIAL, now.wall());
    }
    Duration doubled = delay.multipliedBy(2);
    return new Backoff(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now.wall());
  }

  /** How long to wait yet after what failed at {@code failedAt}; zero when it may be tried. */
  public Duration remaining(Instant failedAt, Now now) {
    if (delay.isZero() || isStale(failedAt)) {
      return Duration.ZERO;
    }
    Duration left = delay.minus(Duration.between(failedAt, now.wall()));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private boolean isStale(Instant at) {
    return Duration.between(last, at).compareTo(LONGEST.multipliedBy(2)) > 0;
  }

  /** As the kubelet prints it: {@code 10s}, {@code 1m20s}, {@code 5m0s}. */
  public String text() {
    long seconds = delay.toSeconds();
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }
}
