package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a key's history is linearisable. The watchers saw every state that the key was in, and so
 * in which order; it remains to check that every state has one maker, that each write met the state
 * that it asked for, and that what clients saw agrees with that order and with time. Pure.
 *
 * <p>State 0 is before the first change. A removed key shows no version: a read of nothing is taken
 * for the first such state that it can have seen.
 */
final class HistoryCheck {

  /** An operation, and the number of the state that it made or saw. */
  private record Placed(Attempt attempt, int state, long ended) {}

  private final List<Change> states = new ArrayList<>();
  private final Map<Long, Integer> byVersion = new HashMap<>();
  private final Map<String, Integer> byValue = new HashMap<>();
  private final List<Placed> placed = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  private HistoryCheck(String key, List<Change> changes) {
    states.add(new Change(0, key, ""));
    states.addAll(changes);
    for (int state = 1; state < states.size(); state++) {
      byVersion.put(states.get(state).revision(), state);
      byValue.put(states.get(state).value(), state);
    }
  }

  /**
   * What is wrong; empty when nothing is.
   *
   * @param stream every change of every key, in order
   */
  static List<String> violations(List<Attempt> history, List<Change> stream) {
    Map<String, List<Attempt>> attempts =
        history.stream().collect(Collectors.groupingBy(Attempt::key));
    Map<String, List<Change>> changes = stream.stream().collect(Collectors.groupingBy(Change::key));
    changes.keySet().forEach(key -> attempts.putIfAbsent(key, List.of()));
    List<String> wrong = new ArrayList<>();
    attempts.forEach(
        (key, ofKey) -> {
          HistoryCheck check = new HistoryCheck(key, changes.getOrDefault(key, List.of()));
          check.check(ofKey);
          wrong.addAll(check.wrong);
        });
    return wrong;
  }

  private void check(List<Attempt> attempts) {
    attempts.stream().sorted(Comparator.comparingLong(Attempt::began)).forEach(this::place);
    checkMakers(attempts);
  }

  /** What ended before another began must not have seen a newer state than that. */
  private void place(Attempt attempt) {
    int least = seenBefore(attempt.began());
    int state = attempt.reads() ? read(attempt, least) : written(attempt);
    if (state < 0) {
      return;
    }
    if (attempt.reads() ? state < least : state <= least) {
      wrong.add("saw an old version: " + attempt + " after " + states.get(least));
    }
    placed.add(
        new Placed(
            attempt, state, attempt.outcome() == Outcome.DONE ? attempt.ended() : Long.MAX_VALUE));
  }

  private int seenBefore(long time) {
    return placed.stream()
        .filter(one -> one.ended() < time)
        .mapToInt(Placed::state)
        .max()
        .orElse(0);
  }

  /** The state that was read; -1 if there was none such. */
  private int read(Attempt read, int least) {
    if (read.version() == 0) {
      for (int state = least; state < states.size(); state++) {
        if (states.get(state).removes()) {
          return state;
        }
      }
      return complain("found nothing after " + states.get(least), read);
    }
    int state = byVersion.getOrDefault(read.version(), -1);
    return state >= 0 && states.get(state).value().equals(read.value())
        ? state
        : complain("nobody wrote what was read", read);
  }

  /** The state that a write made; -1 if none, or not known which. */
  private int written(Attempt write) {
    int state =
        write.outcome() == Outcome.DONE
            ? byVersion.getOrDefault(write.version(), -1)
            : write.deletes() ? -1 : byValue.getOrDefault(write.value(), -1);
    if (state < 0) {
      return write.outcome() == Outcome.DONE
          ? complain("an acknowledged write was never seen", write)
          : -1;
    }
    if (write.outcome() == Outcome.REFUSED) {
      return complain("a refused write was seen", write);
    }
    if (!states.get(state).value().equals(write.deletes() ? "" : write.value())) {
      return complain("seen as " + states.get(state), write);
    }
    if (!asksFor(write, states.get(state - 1))) {
      return complain("met another state than it named, " + states.get(state - 1), write);
    }
    return state;
  }

  private static boolean asksFor(Attempt write, Change before) {
    if (write.deletes()) {
      return !before.removes()
          && (write.expected() == 0 || write.expected() == before.revision())
          && (write.value().isEmpty() || write.value().equals(Attempt.uid(before.value())));
    }
    return write.expected() == (before.removes() ? 0 : before.revision());
  }

  private int complain(String what, Attempt attempt) {
    wrong.add(what + ": " + attempt);
    return -1;
  }

  /** Of a removal that nobody was told of, whose outcome is unknown may be the maker. */
  private void checkMakers(List<Attempt> attempts) {
    Set<Integer> made =
        placed.stream()
            .filter(one -> !one.attempt().reads())
            .map(Placed::state)
            .collect(Collectors.toSet());
    List<Attempt> unknown =
        attempts.stream()
            .filter(attempt -> attempt.deletes() && attempt.outcome() == Outcome.UNKNOWN)
            // Those first that fit one state only.
            .sorted(Comparator.comparing(one -> one.expected() == 0 && one.value().isEmpty()))
            .collect(Collectors.toCollection(ArrayList::new));
    for (int state = 1; state < states.size(); state++) {
      if (!made.contains(state)) {
        int number = state;
        Optional<Attempt> maker =
            unknown.stream().filter(delete -> mayHaveMade(delete, number)).findFirst();
        maker.ifPresentOrElse(
            unknown::remove, () -> wrong.add("nobody asked for " + states.get(number)));
      }
    }
  }

  private boolean mayHaveMade(Attempt delete, int state) {
    return states.get(state).removes()
        && asksFor(delete, states.get(state - 1))
        && seenBefore(delete.began()) < state;
  }
}
