package dev.ballast.core.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Simulated time: one thread, seeded order. Runnable tasks run in random order; when none is left,
 * time jumps to the next deferred one. Two runs with one seed do the same things.
 *
 * <p>Not thread-safe: everything happens on the thread that calls {@link #runFor}.
 */
public final class SimulatedTimers implements Timers {

  private record Deferred(long atNanos, long order, Runnable task, boolean[] cancelled)
      implements Comparable<Deferred> {
    @Override
    public int compareTo(Deferred other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final Instant start;
  private final Random random;
  private final List<Runnable> runnable = new ArrayList<>();
  private final PriorityQueue<Deferred> deferred = new PriorityQueue<>();
  private long nanos;
  private long order;

  public SimulatedTimers(Instant start, Random random) {
    this.start = start;
    this.random = random;
  }

  @Override
  public Now now() {
    return new Now(start.plusNanos(nanos), nanos);
  }

  @Override
  public void execute(Runnable task) {
    runnable.add(task);
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    boolean[] cancelled = {false};
    deferred.add(new Deferred(nanos + Math.max(0, delay.toNanos()), order++, task, cancelled));
    return () -> cancelled[0] = true;
  }

  /** Runs one task; false when nothing is left to run at this instant. */
  public boolean runOne() {
    releaseDue();
    if (runnable.isEmpty()) {
      return false;
    }
    int pick = random.nextInt(runnable.size());
    Runnable task = runnable.set(pick, runnable.getLast());
    runnable.removeLast();
    task.run();
    return true;
  }

  /** Runs everything due within the next {@code duration}, then leaves the clock at its end. */
  public void runFor(Duration duration) {
    long end = nanos + duration.toNanos();
    while (true) {
      while (runOne()) {}
      Deferred next = deferred.peek();
      if (next == null || next.atNanos > end) {
        nanos = end;
        return;
      }
      nanos = next.atNanos;
    }
  }

  private void releaseDue() {
    while (!deferred.isEmpty() && deferred.peek().atNanos <= nanos) {
      Deferred due = deferred.poll();
      if (!due.cancelled[0]) {
        runnable.add(due.task);
      }
    }
  }
}
