package dev.ballast.core.time;

import java.time.Duration;

/**
 * Clock and executor in one, so that a whole cluster can run on simulated time. Product code never
 * reads a clock, sleeps or starts a thread in any other way. Thread-safe.
 */
public interface Timers {

  Now now();

  /** Runs a task soon, off the caller's thread. Tasks may block (virtual threads in production). */
  void execute(Runnable task);

  /** Runs a task once, after a delay. */
  Scheduled schedule(Duration delay, Runnable task);

  interface Scheduled {
    /** Best effort: a task that has begun runs to its end. */
    void cancel();
  }
}
