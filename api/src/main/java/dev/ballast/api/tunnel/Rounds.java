package dev.ballast.api.tunnel;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at each of many, again and again while there are any: ten thousand timers would cost as
 * much as all else they do. Whoever cannot be looked at hinders neither the others nor the next
 * round. Thread-safe.
 *
 * @param <T> who is looked at
 */
final class Rounds<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Duration every;
  private final Collection<T> all;
  private final BiConsumer<T, Now> look;
  private final Timers timers;
  private final Telemetry telemetry;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /**
   * @param all may change at any time
   */
  Rounds(
      Duration every,
      Collection<T> all,
      BiConsumer<T, Now> look,
      Timers timers,
      Telemetry telemetry) {
    this.every = every;
    this.all = all;
    this.look = look;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  /** To be called when there may be some. */
  void begin() {
    if (!all.isEmpty() && underWay.compareAndSet(false, true)) {
      timers.schedule(every, this::round);
    }
  }

  private void round() {
    try {
      Now now = timers.now();
      all.forEach(one -> look(one, now));
    } finally {
      underWay.set(false);
      begin();
    }
  }

  private void look(T one, Now now) {
    try {
      look.accept(one, now);
    } catch (RuntimeException e) {
      LOG.error("looking at {} failed", one, e);
      telemetry.count("ballast_tunnel_listen_failures_total", 1);
    }
  }
}
