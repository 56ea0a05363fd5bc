package dev.ballast.api;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Real time for tests on a real server; tasks run on virtual threads. */
final class WallTimers implements Timers, AutoCloseable {

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

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
    ScheduledFuture<?> future =
        clock.schedule(() -> execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
