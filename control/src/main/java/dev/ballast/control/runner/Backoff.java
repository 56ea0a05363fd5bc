package dev.ballast.control.runner;

import java.time.Duration;

/**
 * Exponential delay: {@code first}, doubled with each failure in a row, at most {@code longest}.
 */
public record Backoff(Duration first, Duration longest) {

  public static final Backoff KEYS = new Backoff(Duration.ofMillis(5), Duration.ofSeconds(60));

  /**
   * @param failures in a row before this delay; 0 for the first
   */
  public Duration after(int failures) {
    long factor = 1L << Math.min(failures, 30);
    long nanos = first.toNanos();
    return nanos > longest.toNanos() / factor ? longest : Duration.ofNanos(nanos * factor);
  }
}
