package dev.ballast.stategrid.faults;

import dev.ballast.stategrid.faults.Attempt.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What clients and watchers were told, held against each other once all is mended: no acknowledged
 * write is lost, every key's history is linearisable, no stream has a gap.
 */
final class Judge {

  private final Team team;
  private final Load load;
  private final List<Follower> followers;
  private final List<String> wrong = new ArrayList<>();

  /**
   * @param load stopped
   */
  Judge(Team team, Load load, List<Follower> followers) {
    this.team = team;
    this.load = load;
    this.followers = followers;
  }

  /** What is wrong; empty when nothing is. */
  List<String> wrong() throws InterruptedException {
    long newest = newest();
    for (Follower follower : followers) {
      team.await("a watcher at " + newest, 120, () -> follower.reached() >= newest);
      follower.stop();
      wrong.addAll(follower.wrong());
    }
    List<Attempt> history = load.history();
    wrong.addAll(HistoryCheck.violations(history));
    checkStreams(history, newest);
    return wrong;
  }

  /** Every key is read once more at every member. */
  private long newest() throws InterruptedException {
    Map<String, Long> last = new HashMap<>();
    for (Machine machine : team.machines()) {
      for (String key : Load.keys()) {
        team.await("a last read of " + key, 120, () -> readLast(machine, key, last));
      }
    }
    return last.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private boolean readLast(Machine machine, String key, Map<String, Long> last) {
    Map<String, Long> seen = new HashMap<>();
    try (Machine.Link link = machine.link()) {
      load.read(link, machine, key, seen);
    } catch (IOException e) {
      return false;
    }
    seen.forEach((name, version) -> last.merge(name, version, Math::max));
    return seen.containsKey(key);
  }

  /** All watchers saw the same, and in it every acknowledged write, and no refused one. */
  private void checkStreams(List<Attempt> history, long newest) {
    List<Follower.Change> first = upTo(followers.getFirst(), newest);
    for (Follower follower : followers) {
      if (!upTo(follower, newest).equals(first)) {
        wrong.add("two watchers saw different streams");
      }
    }
    Set<Follower.Change> seen = new HashSet<>(first);
    Set<String> values = new HashSet<>();
    first.forEach(change -> values.add(change.value()));
    for (Attempt attempt : history) {
      if (attempt.reads()) {
        continue;
      }
      if (attempt.outcome() == Outcome.DONE
          && !seen.contains(
              new Follower.Change(attempt.version(), attempt.key(), attempt.value()))) {
        wrong.add("an acknowledged write was never seen: " + attempt);
      }
      if (attempt.outcome() == Outcome.REFUSED && values.contains(attempt.value())) {
        wrong.add("a refused write was seen: " + attempt);
      }
    }
  }

  private static List<Follower.Change> upTo(Follower follower, long newest) {
    return follower.changes().stream().filter(change -> change.revision() <= newest).toList();
  }
}
