package dev.ballast.app;

import dev.ballast.core.status.Failure;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a cluster cannot be without: somebody may delete it. */
final class FirstObjects implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FirstObjects.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Supplier<Optional<Failure>> make;
  private final Timers timers;
  private volatile boolean closed;

  FirstObjects(Supplier<Optional<Failure>> make, Timers timers) {
    this.make = make;
    this.timers = timers;
  }

  void start() {
    timers.schedule(INTERVAL, this::keep);
  }

  private void keep() {
    if (closed) {
      return;
    }
    try {
      make.get()
          .ifPresent(failure -> LOG.warn("cannot keep the first objects: {}", failure.message()));
    } catch (StoreUnavailableException e) {
      LOG.warn("cannot keep the first objects: {}", e.getMessage());
    } finally {
      timers.schedule(INTERVAL, this::keep);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
