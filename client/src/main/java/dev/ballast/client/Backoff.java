package dev.ballast.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubling from try to try up to a limit, and scattered, so
 * that thousands of nodes do not return to a restarted server in one instant. Confined to one
 * thread at a time.
 */
public final class Backoff {

  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private Duration next;

  public Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
    this.next = first;
  }

  /** For a lost link to a server: from 200 ms to 10 s. */
  public static Backoff forLinks(RandomGenerator random) {
    return new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), random);
  }

  /** Between half and all of the present step; the step doubles. */
  public Duration next() {
    Duration step = next;
    Duration doubled = step.multipliedBy(2);
    next = doubled.compareTo(most) > 0 ? most : doubled;
    long half = step.toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }

  /** After a success: start small again. */
  public void reset() {
    next = first;
  }
}
