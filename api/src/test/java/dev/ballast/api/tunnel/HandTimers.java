package dev.ballast.api.tunnel;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Time that only the test moves, also while a task runs; what is deferred runs when it says so. */
final class HandTimers implements Timers {

  private final Deque<Runnable> deferred = new ArrayDeque<>();
  private Duration passed = Duration.ZERO;

  @Override
  public Now now() {
    return new Now(Instant.EPOCH.plus(passed), passed.toNanos());
  }

  @Override
  public void execute(Runnable task) {
    deferred.add(task);
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    deferred.add(task);
    return () -> deferred.remove(task);
  }

  void pass(Duration time) {
    passed = passed.plus(time);
  }

  /** Runs what was deferred until now; how many that were. */
  int round() {
    int due = deferred.size();
    for (int i = 0; i < due; i++) {
      deferred.remove().run();
    }
    return due;
  }
}
