package dev.ballast.elasticpool;

import dev.ballast.core.pool.NodeProvider;
import dev.ballast.core.pool.NodeProvider.Created;
import dev.ballast.core.pool.NodeProvider.Deleted;
import dev.ballast.core.pool.NodeProvider.Listed;
import dev.ballast.core.status.Failure;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.StaticPool.Step;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one pool at its size: looks at the provider's machines every few seconds, and does what the
 * pool says. Level-triggered; what fails is tried again at the next look. Rounds run one at a time.
 */
public final class PoolKeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PoolKeeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final StaticPool pool;
  private final NodeProvider provider;
  private final Timers timers;
  private final Telemetry telemetry;
  private volatile boolean closed;

  public PoolKeeper(StaticPool pool, NodeProvider provider, Timers timers, Telemetry telemetry) {
    this.pool = pool;
    this.provider = provider;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  public void start() {
    timers.execute(this::round);
  }

  /** Ends the rounds; the machines stay. */
  @Override
  public void close() {
    closed = true;
  }

  private synchronized void round() {
    if (closed) {
      return;
    }
    try {
      switch (provider.list()) {
        case Listed.Machines listed -> pool.reconcile(listed.machines()).forEach(this::perform);
        case Listed.Failed failed -> failed("list", failed.failure());
      }
    } catch (RuntimeException e) {
      LOG.error("pool {}: a round failed, the next one is in {}", pool.name(), PERIOD, e);
      telemetry.count("ballast_pool_errors_total", 1, "pool", pool.name(), "step", "round");
    } finally {
      timers.schedule(PERIOD, this::round);
    }
  }

  private void perform(Step step) {
    switch (step) {
      case Step.Create create -> {
        switch (provider.create(create.spec())) {
          case Created.Made made -> LOG.info("pool {}: made {}", pool.name(), made.machine().id());
          case Created.Failed failed -> failed("create", failed.failure());
        }
      }
      case Step.Delete delete -> {
        switch (provider.delete(delete.machine().id())) {
          case Deleted.Gone gone ->
              LOG.info("pool {}: ended {}", pool.name(), delete.machine().id());
          case Deleted.Failed failed -> failed("delete", failed.failure());
        }
      }
    }
  }

  private void failed(String step, Failure failure) {
    LOG.warn("pool {}: cannot {}: {}", pool.name(), step, failure.message());
    telemetry.count("ballast_pool_errors_total", 1, "pool", pool.name(), "step", step);
  }
}
