package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether each member has, key by key, what the watchers' streams leave, no more and no less: first
 * as it runs, and then as it finds it on its disk.
 */
final class Remains {

  private static final int NAMED = 10;

  private final Team team;
  private final Map<String, Change> expected;
  private final List<String> wrong = new ArrayList<>();

  /**
   * @param expected what is there, by key
   */
  Remains(Team team, Map<String, Change> expected) {
    this.team = team;
    this.expected = expected;
  }

  /** What is wrong; empty when nothing is. Every member has been killed and started then. */
  List<String> wrong() throws InterruptedException {
    compare("");
    team.machines().forEach(Machine::kill);
    team.startAll();
    compare(" after a restart of all");
    return wrong;
  }

  private void compare(String when) throws InterruptedException {
    for (Machine machine : team.machines()) {
      Map<String, Change> found = new TreeMap<>();
      team.await("a list at " + machine.id() + when, 120, () -> list(machine, found));
      Set<String> keys = new TreeSet<>(expected.keySet());
      keys.addAll(found.keySet());
      keys.removeIf(key -> Objects.equals(found.get(key), expected.get(key)));
      if (!keys.isEmpty()) {
        wrong.add(
            "%s has %d keys otherwise than the watchers%s: %s"
                .formatted(
                    machine.id(),
                    keys.size(),
                    when,
                    keys.stream()
                        .limit(NAMED)
                        .map(key -> found.get(key) + " instead of " + expected.get(key))
                        .toList()));
      }
    }
  }

  /** Linearisable. */
  private static boolean list(Machine machine, Map<String, Change> found) {
    try (Machine.Link link = machine.link()) {
      link.out.writeByte(FaultMember.LIST);
      link.out.flush();
      if (link.in.readByte() != FaultMember.OK) {
        return false;
      }
      for (int left = link.in.readInt(); left > 0; left--) {
        Change change = new Change(link.in.readLong(), link.in.readUTF(), link.in.readUTF());
        found.put(change.key(), change);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
