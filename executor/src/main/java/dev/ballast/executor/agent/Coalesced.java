package dev.ballast.executor.agent;

import dev.ballast.core.time.Timers;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A task that runs soon after every wake-up, never twice at a time; wake-ups while it runs lead to
 * one further run. Thread-safe.
 */
final class Coalesced {

  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int AGAIN = 2;

  private final Timers timers;
  private final Runnable task;
  private final AtomicInteger state = new AtomicInteger(IDLE);

  Coalesced(Timers timers, Runnable task) {
    this.timers = timers;
    this.task = task;
  }

  void wake() {
    if (state.getAndUpdate(s -> s == IDLE ? RUNNING : AGAIN) == IDLE) {
      timers.execute(this::run);
    }
  }

  private void run() {
    try {
      task.run();
    } finally {
      if (!state.compareAndSet(RUNNING, IDLE)) {
        state.set(RUNNING);
        timers.execute(this::run);
      }
    }
  }
}
