package dev.ballast.bench.store;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Real time and virtual threads. */
final class BenchTimers implements Timers, AutoCloseable {

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("bench timers").factory());

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
    if (clock.isShutdown()) {
      return () -> {};
    }
    Future<?> due =
        clock.schedule(
            () -> Thread.startVirtualThread(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> due.cancel(false);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
