package dev.ballast.control.informer;

import dev.ballast.core.time.Timers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Tasks that wait until a revision has been seen, each with an alarm. Not thread-safe. */
final class Waiters {

  private record Waiter(long revision, Runnable task, Timers.Scheduled alarm) {}

  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>(Comparator.comparingLong(Waiter::revision));

  /**
   * @param alarm cancelled when the task is due
   */
  void add(long revision, Runnable task, Timers.Scheduled alarm) {
    waiters.add(new Waiter(revision, task, alarm));
  }

  /** Takes out what has waited for no more than {@code seen}. */
  List<Runnable> due(long seen) {
    List<Runnable> due = new ArrayList<>();
    while (!waiters.isEmpty() && waiters.peek().revision() <= seen) {
      Waiter waiter = waiters.poll();
      waiter.alarm().cancel();
      due.add(waiter.task());
    }
    return due;
  }
}
