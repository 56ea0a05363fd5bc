package dev.ballast.app;

import dev.ballast.core.time.Timers;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what decides (controllers, planner) exactly while this member leads, anew for each time that
 * it does: what the last time knew (when a node was heard of, say) is old. Starting and stopping
 * take their time and are done off the caller's thread, one after the other; what is wanted in the
 * end counts. Thread-safe.
 *
 * @param <L> one time of leading
 */
final class Deciding<L> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deciding.class);

  private final Function<L, AutoCloseable> start;
  private final Timers timers;
  private final Object turn = new Object();
  private volatile L wanted;
  private volatile boolean closed;
  private L now;
  private AutoCloseable running;

  Deciding(Function<L, AutoCloseable> start, Timers timers) {
    this.start = start;
    this.timers = timers;
  }

  void gained(L lead) {
    want(lead);
  }

  void lost() {
    want(null);
  }

  private void want(L lead) {
    wanted = lead;
    timers.execute(this::settle);
  }

  /** Blocks until what is wanted is so. */
  void settle() {
    synchronized (turn) {
      L lead = closed ? null : wanted;
      if (running != null && lead != now) {
        end();
      }
      if (running == null && lead != null) {
        running = start.apply(lead);
        now = lead;
        LOG.info("controllers and planner run here");
      }
    }
  }

  private void end() {
    AutoCloseable over = running;
    running = null;
    try {
      over.close();
    } catch (Exception e) {
      LOG.warn("stopping the controllers failed", e);
    }
    LOG.info("controllers and planner no longer run here");
  }

  @Override
  public void close() {
    closed = true;
    settle();
  }
}
