package dev.ballast.testkit.time;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.Instant;

/** Real time, for tests on real parts: every task runs on a virtual thread. Thread-safe. */
public final class WallTimers implements Timers {

  @Override
  public Now now() {
    return new Now(Instant.now(), System.nanoTime());
  }

  @Override
  public void execute(Runnable task) {
    Thread.startVirtualThread(task);
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              try {
                Thread.sleep(delay);
              } catch (InterruptedException cancelled) {
                return;
              }
              task.run();
            });
    return thread::interrupt;
  }
}
