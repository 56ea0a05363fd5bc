package dev.ballast.planner.optimize;

import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Pod;
import java.time.Duration;
import java.time.Instant;

/**
 * What becomes of a move next, from nothing but the two pods: so it survives every restart. Pure.
 */
sealed interface Tending {

  /** The one that was there first may go. */
  record Evict() implements Tending {}

  /** The replacement is not ready yet. */
  record Wait() implements Tending {}

  /** The replacement goes, the other one stays. */
  record TakeBack(String why) implements Tending {}

  /**
   * @param standIn bound, and not on its way out
   * @param refused why a disruption budget did not let the other one go, the last time; "" for not
   */
  static Tending of(Pod standIn, Duration patience, String refused, Instant now) {
    if (standIn.isTerminal()) {
      return new TakeBack("it ended as " + standIn.status().phase());
    }
    boolean late = Rfc3339.age(standIn.metadata().creationTimestamp(), now).compareTo(patience) > 0;
    if (standIn.isReady()) {
      return late && !refused.isEmpty() ? new TakeBack(refused) : new Evict();
    }
    return late
        ? new TakeBack("it was not ready after " + patience.toSeconds() + " s")
        : new Wait();
  }
}
