package dev.ballast.stategrid.documents;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.StoreUnavailableException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes to the grid in their order, on a thread of its own: the sequencer's time is too
 * dear. While one round is under way the next gathers, and what is overwritten in it is never sent.
 * Somebody who is far ahead waits.
 */
final class Filler implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Filler.class);
  private static final int MAXIMUM_WAITING = 10_000;

  private static final class Round {
    final Map<ObjectKey, Optional<byte[]>> changes = new HashMap<>();
    final CompletableFuture<Void> done = new CompletableFuture<>();
  }

  private final Consumer<Map<ObjectKey, Optional<byte[]>>> grid;
  private final Thread thread = Thread.ofPlatform().name("ballast-grid").unstarted(this::run);
  private Round next = new Round();
  private boolean closed;

  /**
   * @param grid makes the changes before it returns; empty means to remove
   */
  Filler(Consumer<Map<ObjectKey, Optional<byte[]>>> grid) {
    this.grid = grid;
    thread.start();
  }

  /** The future ends when every later read sees the changes. */
  CompletableFuture<Void> add(Map<ObjectKey, Optional<byte[]>> changes) {
    boolean interrupted = false;
    try {
      synchronized (this) {
        while (!closed && next.changes.size() >= MAXIMUM_WAITING) {
          try {
            wait();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
        if (closed) {
          throw new StoreUnavailableException("the store is closed");
        }
        next.changes.putAll(changes);
        notifyAll();
        return next.done;
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    for (Round round = take(); round != null; round = take()) {
      try {
        grid.accept(round.changes);
        round.done.complete(null);
      } catch (RuntimeException e) {
        LOG.warn("the grid did not take {} changes", round.changes.size(), e);
        round.done.completeExceptionally(new StoreUnavailableException("the grid failed: " + e, e));
      }
    }
  }

  /** Null when it is closed and all is brought. */
  private synchronized Round take() {
    while (next.changes.isEmpty()) {
      if (closed) {
        return null;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        LOG.warn("the grid's filler was interrupted, which nobody should do; it goes on");
      }
    }
    Round round = next;
    next = new Round();
    notifyAll();
    return round;
  }

  /** Brings what waits, then stops. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
