package dev.ballast.bench.scale;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** Starts tasks at a steady rate, whether the ones before are done or not. One caller. */
final class Pace {

  private static final int AT_ONCE = 256;

  /** What may fail; a failure ends the bench's patience with a message only. */
  interface Task {
    void run() throws Exception;
  }

  private final Semaphore room = new Semaphore(AT_ONCE);
  private final double perSecond;
  private final long began = System.nanoTime();
  private long started;

  Pace(double perSecond) {
    this.perSecond = perSecond;
  }

  void run(Task task) throws InterruptedException {
    long due = began + (long) (started++ * 1e9 / perSecond);
    while (System.nanoTime() < due) {
      LockSupport.parkNanos(due - System.nanoTime());
    }
    room.acquire();
    Thread.startVirtualThread(
        () -> {
          try {
            task.run();
          } catch (Exception e) {
            System.err.println("a request failed: " + e.getMessage());
          } finally {
            room.release();
          }
        });
  }

  /** Until all are done. */
  void await() throws InterruptedException {
    room.acquire(AT_ONCE);
    room.release(AT_ONCE);
  }
}
