package dev.ballast.core.store;

import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Reads what every request stands on (who shows a token, which pod a stream is of), so that those
 * who are content with old state are served also while no majority confirms the newest. While the
 * newest can be had it is the newest, and what was taken back is refused; while it cannot, what is
 * here counts, and what is not here is not known: this member may be behind.
 *
 * <p>One question in vain is enough: from then on nobody waits whose answer is here, and the newest
 * is asked for in the background until it is to be had. Who can be served with the newest only says
 * so ({@link #requiringNewest}): for them what is here never counts, so that nobody gets by a token
 * that was taken back what a majority has confirmed. Thread-safe; blocks.
 */
public final class BestKnown {

  /** A question in vain takes seconds; this is for those that fail at once. */
  private static final Duration AGAIN = Duration.ofMillis(50);

  private static final ScopedValue<Boolean> NEWEST = ScopedValue.newInstance();

  private final ResourceStore store;
  private final Timers timers;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean doubted;

  public BestKnown(ResourceStore store, Timers timers) {
    this.store = store;
    this.timers = timers;
  }

  /** Runs what asks for somebody who is served with the newest, or not at all. */
  public static <T, X extends Throwable> T requiringNewest(ScopedValue.CallableOp<T, X> asking)
      throws X {
    return ScopedValue.where(NEWEST, true).call(asking);
  }

  /**
   * @param look reads the store that it is given, perhaps more than once
   * @throws StoreUnavailableException when the newest cannot be had and nothing is found here, or
   *     what is here does not count
   */
  public <T> Optional<T> find(Function<ResourceStore, Optional<T>> look) {
    boolean newest = NEWEST.orElse(false);
    if (doubted && !newest) {
      Optional<T> here = look.apply(store.serializable());
      if (here.isPresent()) {
        return here;
      }
    }
    try {
      Optional<T> found = look.apply(store);
      doubted = false;
      return found;
    } catch (StoreUnavailableException e) {
      doubt();
      if (newest) {
        throw e;
      }
      return Optional.of(look.apply(store.serializable()).orElseThrow(() -> e));
    }
  }

  /** One asks for all, also where somebody had an answer and the next one none meanwhile. */
  private void doubt() {
    doubted = true;
    if (asking.compareAndSet(false, true)) {
      timers.schedule(AGAIN, this::ask);
    }
  }

  private void ask() {
    boolean answered = false;
    try {
      store.revision();
      answered = true;
    } catch (StoreUnavailableException e) {
      // as before; asked again below
    } finally {
      if (answered) {
        asking.set(false);
        doubted = false;
      } else {
        timers.schedule(AGAIN, this::ask);
      }
    }
  }
}
