package dev.ballast.stategrid.sequence;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How long a batch waits for company. Clients that were just answered write again in an instant; a
 * batch that goes without them makes them wait for it and for their own, and a log that forces
 * disks on several machines takes no longer for twice as many. So a batch waits until as many are
 * there as were at work at the end of the one before, but at most for a part of what that one took;
 * where batches are quick, as with a disk of our own, not at all. The sequencer's thread only.
 */
final class Gathering {

  private static final Duration QUICK = Duration.ofMillis(2);
  private static final int PART = 4;
  private static final Duration LONGEST = Duration.ofMillis(3);

  private final Timers timers;
  private int expected;
  private Duration patience = Duration.ZERO;

  Gathering(Timers timers) {
    this.timers = timers;
  }

  /**
   * Notes how the last batch went.
   *
   * @param waiting how many had come while it was under way
   */
  void worked(int size, int waiting, Duration took) {
    expected = size + waiting;
    Duration part = took.dividedBy(PART);
    patience =
        took.compareTo(QUICK) < 0 ? Duration.ZERO : part.compareTo(LONGEST) > 0 ? LONGEST : part;
  }

  /** Takes what comes in the meantime. */
  <T> void await(BlockingQueue<T> queue, List<T> taken, int most) throws InterruptedException {
    int wanted = Math.min(expected, most);
    Now began = timers.now();
    while (taken.size() < wanted) {
      Duration left = patience.minus(timers.now().since(began));
      T next = left.isPositive() ? queue.poll(left.toNanos(), TimeUnit.NANOSECONDS) : null;
      if (next == null) {
        return;
      }
      taken.add(next);
      queue.drainTo(taken, most - taken.size());
    }
  }
}
