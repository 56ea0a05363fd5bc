package dev.ballast.app;

import dev.ballast.core.time.Timers;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what decides (controllers, planner) exactly while this member leads. Starting and stopping
 * take their time and are done off the caller's thread, one after the other; what is wanted in the
 * end counts. Thread-safe.
 */
final class Deciding implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deciding.class);

  private final Supplier<AutoCloseable> start;
  private final Timers timers;
  private final Object turn = new Object();
  private volatile boolean wanted;
  private volatile boolean closed;
  private AutoCloseable running;

  Deciding(Supplier<AutoCloseable> start, Timers timers) {
    this.start = start;
    this.timers = timers;
  }

  void want(boolean now) {
    wanted = now;
    timers.execute(this::settle);
  }

  /** Blocks until what is wanted is so. */
  void settle() {
    synchronized (turn) {
      boolean run = wanted && !closed;
      if (run && running == null) {
        running = start.get();
        LOG.info("controllers and planner run here");
      } else if (!run && running != null) {
        AutoCloseable over = running;
        running = null;
        try {
          over.close();
        } catch (Exception e) {
          LOG.warn("stopping the controllers failed", e);
        }
        LOG.info("controllers and planner no longer run here");
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    settle();
  }
}
