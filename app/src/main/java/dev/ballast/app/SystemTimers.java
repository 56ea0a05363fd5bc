package dev.ballast.app;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real clock: every task runs on a virtual thread of its own. Thread-safe. */
final class SystemTimers implements Timers, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SystemTimers.class);

  private final ExecutorService tasks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("task-", 0).factory());
  private final ScheduledThreadPoolExecutor clock;

  SystemTimers() {
    clock =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timers").factory());
    clock.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Now now() {
    return new Now(Instant.now(), System.nanoTime());
  }

  @Override
  public void execute(Runnable task) {
    if (!tasks.isShutdown()) {
      tasks.execute(() -> guarded(task));
    }
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    if (clock.isShutdown()) {
      return () -> {};
    }
    Future<?> future =
        clock.schedule(() -> execute(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  /** A task that throws is a bug: it is reported, and takes nothing else with it. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a task failed", e);
    }
  }

  /** Takes no new tasks; running ones are interrupted. */
  @Override
  public void close() {
    clock.shutdownNow();
    tasks.shutdownNow();
  }
}
