package dev.ballast.executor;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time for tests on real parts; tasks run on virtual threads. */
public final class RealTimers implements Timers, AutoCloseable {

  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);

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
        clock.schedule(() -> execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
