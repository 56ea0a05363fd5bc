package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What clients and watchers were told, held against each other once all is mended: no acknowledged
 * write is lost, every key's history is linearisable, no stream has a gap, and all are the same.
 */
final class Judge {

  private final Team team;
  private final Load load;
  private final List<Follower> followers;
  private final List<String> wrong = new ArrayList<>();
  private long newest;

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
    team.await("a last write", 120, this::writeLast);
    for (Machine machine : team.machines()) {
      for (String key : Load.keys()) {
        team.await("a last read of " + key, 120, () -> readLast(machine, key));
      }
    }
    for (Follower follower : followers) {
      team.await("a watcher at " + newest, 120, () -> follower.reached() >= newest);
      follower.stop();
      wrong.addAll(follower.wrong());
      if (!follower.changes().equals(followers.getFirst().changes())) {
        wrong.add("two watchers saw different streams");
      }
    }
    wrong.addAll(HistoryCheck.violations(load.history(), followers.getFirst().changes()));
    return wrong;
  }

  /** Whoever has seen it has seen all. */
  private boolean writeLast() {
    newest = team.leader().map(leader -> load.replace(leader, "last")).orElse(0L);
    return newest > 0;
  }

  private boolean readLast(Machine machine, String key) {
    Map<String, Load.Seen> seen = new HashMap<>();
    try (Machine.Link link = machine.link()) {
      load.read(link, machine, key, seen);
    } catch (IOException e) {
      return false;
    }
    return seen.containsKey(key);
  }
}
