package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Whether a history is linearisable, key by key. Every version of a key has a number that grows,
 * and every operation that succeeded names the version that it saw or made; so the order is known,
 * and it remains to check that it agrees with time, that every version has one maker, and that each
 * replaced the one before. Pure.
 */
final class HistoryCheck {

  private HistoryCheck() {}

  /** What is wrong; empty when nothing is. */
  static List<String> violations(List<Attempt> history) {
    Map<String, List<Attempt>> keys = new HashMap<>();
    history.forEach(
        attempt -> keys.computeIfAbsent(attempt.key(), key -> new ArrayList<>()).add(attempt));
    List<String> wrong = new ArrayList<>();
    keys.values().forEach(attempts -> checkKey(attempts, wrong));
    return wrong;
  }

  private static void checkKey(List<Attempt> attempts, List<String> wrong) {
    Map<String, Attempt> makers = new HashMap<>();
    Map<Long, String> values = new HashMap<>();
    Map<Long, Attempt> successors = new HashMap<>();
    for (Attempt attempt : attempts) {
      if (attempt.reads()) {
        continue;
      }
      makers.put(attempt.value(), attempt);
      if (attempt.outcome() == Outcome.DONE) {
        note(values, attempt, wrong);
        Attempt other = successors.put(attempt.expected(), attempt);
        if (other != null) {
          wrong.add("two writes replaced one version: " + other + " and " + attempt);
        }
        if (attempt.version() <= attempt.expected()) {
          wrong.add("a version is older than the one it replaced: " + attempt);
        }
      }
    }
    for (Attempt read : attempts) {
      if (read.reads() && read.outcome() == Outcome.DONE && read.version() > 0) {
        note(values, read, wrong);
        checkRead(read, makers.get(read.value()), wrong);
      }
    }
    checkTime(attempts, wrong);
  }

  private static void note(Map<Long, String> values, Attempt attempt, List<String> wrong) {
    String other = values.put(attempt.version(), attempt.value());
    if (other != null && !other.equals(attempt.value())) {
      wrong.add("version " + attempt.version() + " has two values: " + other + ", " + attempt);
    }
  }

  private static void checkRead(Attempt read, Attempt maker, List<String> wrong) {
    if (maker == null) {
      wrong.add("nobody wrote what was read: " + read);
    } else if (maker.outcome() == Outcome.REFUSED) {
      wrong.add("a refused write was read: " + maker + " by " + read);
    } else if (maker.began() > read.ended()) {
      wrong.add("read before it was written: " + read + " of " + maker);
    } else if (maker.outcome() == Outcome.DONE && maker.version() != read.version()) {
      wrong.add("read in another version than it was written: " + read + " of " + maker);
    }
  }

  /** What ended before another began must not have seen a newer version than that. */
  private static void checkTime(List<Attempt> attempts, List<String> wrong) {
    List<Attempt> done =
        attempts.stream()
            .filter(attempt -> attempt.outcome() == Outcome.DONE)
            .sorted(Comparator.comparingLong(Attempt::began))
            .toList();
    PriorityQueue<Attempt> running = new PriorityQueue<>(Comparator.comparingLong(Attempt::ended));
    Attempt newest = null;
    for (Attempt attempt : done) {
      while (!running.isEmpty() && running.peek().ended() < attempt.began()) {
        Attempt over = running.poll();
        if (newest == null || over.version() > newest.version()) {
          newest = over;
        }
      }
      long saw = attempt.reads() ? attempt.version() : attempt.expected();
      if (newest != null && saw < newest.version()) {
        wrong.add("saw an old version: " + attempt + " after " + newest);
      }
      running.add(attempt);
    }
  }
}
