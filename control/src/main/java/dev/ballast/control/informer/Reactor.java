package dev.ballast.control.informer;

import dev.ballast.core.time.Timers;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one callback soon after a signal, never twice at once. A signal during a run causes one more
 * run; a thousand signals before a run cost one. Thread-safe.
 */
public final class Reactor {

  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int RUN_AGAIN = 2;

  private final Timers timers;
  private final Runnable callback;
  private final AtomicInteger state = new AtomicInteger(IDLE);

  public Reactor(Timers timers, Runnable callback) {
    this.timers = timers;
    this.callback = callback;
  }

  /** Asks for a run. Returns at once. */
  public void signal() {
    if (state.getAndUpdate(s -> s == IDLE ? RUNNING : RUN_AGAIN) == IDLE) {
      timers.execute(this::run);
    }
  }

  private void run() {
    state.set(RUNNING);
    try {
      callback.run();
    } finally {
      if (!state.compareAndSet(RUNNING, IDLE)) {
        timers.execute(this::run);
      }
    }
  }
}
