package dev.ballast.stategrid.raft;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One question that many ask: who comes while it is being asked waits for the next asking, which
 * answers all of them, since an answer must not be older than the question. Thread-safe.
 */
final class Shared {

  private final Runnable asking;
  private final Timers timers;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> next;

  /**
   * @param asking throws {@link StoreUnavailableException} when there is no answer
   */
  Shared(Runnable asking, Timers timers) {
    this.asking = asking;
    this.timers = timers;
  }

  /** Returns when an asking that began after this call has ended. */
  void ask() {
    try {
      enter().join();
    } catch (CompletionException e) {
      throw new StoreUnavailableException(e.getCause().getMessage(), e.getCause());
    }
  }

  private synchronized CompletableFuture<Void> enter() {
    if (running == null) {
      running = new CompletableFuture<>();
      timers.execute(this::run);
      return running;
    }
    if (next == null) {
      next = new CompletableFuture<>();
    }
    return next;
  }

  private void run() {
    CompletableFuture<Void> mine;
    synchronized (this) {
      mine = running;
    }
    Throwable failure = null;
    try {
      asking.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    synchronized (this) {
      running = next;
      next = null;
      if (running != null) {
        timers.execute(this::run);
      }
    }
    if (failure == null) {
      mine.complete(null);
    } else {
      mine.completeExceptionally(failure);
    }
  }
}
