package dev.ballast.planner.model;

/**
 * Who has a pod in hand goes before who searches for long: the one says when it is at work, the
 * other asks between its steps and rests meanwhile, for two processors that share their caches are
 * not two. A rest ends after {@value #LONGEST_MILLIS} ms at the latest, and then the searcher works
 * for as long: nobody can keep it from its work altogether. Thread-safe.
 */
public final class Precedence {

  private static final long LONGEST_MILLIS = 2;

  private volatile int atWork;

  /** Something urgent begins. */
  public synchronized void begin() {
    atWork++;
  }

  /** It has ended. */
  public synchronized void end() {
    if (--atWork == 0) {
      notifyAll();
    }
  }

  /** Cheap enough to be asked at every step. */
  public boolean isTaken() {
    return atWork > 0;
  }

  /**
   * Rests until nothing urgent is at work; false when that took too long, or there was a call to
   * end.
   */
  public synchronized boolean rest() {
    try {
      if (atWork > 0) {
        wait(LONGEST_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return atWork == 0;
  }
}
