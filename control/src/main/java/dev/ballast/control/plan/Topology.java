package dev.ballast.control.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One topology key over the nodes. Each of its values is a domain and has a small number, which it
 * keeps; nodes without the key are in no domain.
 *
 * <p>Belongs to a {@link Relations}, on that one's thread.
 */
public final class Topology {

  /** The domain of nodes without the key. */
  public static final int NOWHERE = -1;

  private final String key;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Set<NodeState>> members = new ArrayList<>();
  private int[] domainOfSlot = {};
  private int populated;
  private boolean coarse;

  Topology(String key) {
    this.key = key;
  }

  public String key() {
    return key;
  }

  public int domain(NodeState node) {
    return domain(node.slot());
  }

  int domain(int slot) {
    return slot < domainOfSlot.length ? domainOfSlot[slot] : NOWHERE;
  }

  /** The nodes of a domain. */
  public Collection<NodeState> members(int domain) {
    return Collections.unmodifiableSet(members.get(domain));
  }

  /** The number of domains that have nodes. */
  public int domains() {
    return populated;
  }

  /** An index over nodes may group them by this topology; it marks it so. */
  public boolean isCoarse() {
    return coarse;
  }

  public void coarse(boolean groupedBy) {
    coarse = groupedBy;
  }

  /** Looks up the node's domain anew; what is counted for the node must be withdrawn before. */
  void place(NodeState node) {
    String value = node.node().map(n -> n.metadata().labels().get(key)).orElse(null);
    int domain = value == null ? NOWHERE : numbers.computeIfAbsent(value, v -> number());
    int slot = node.slot();
    if (slot >= domainOfSlot.length) {
      int from = domainOfSlot.length;
      domainOfSlot = Arrays.copyOf(domainOfSlot, Math.max(slot + 1, 2 * from));
      Arrays.fill(domainOfSlot, from, domainOfSlot.length, NOWHERE);
    }
    int before = domainOfSlot[slot];
    domainOfSlot[slot] = domain;
    if (before >= 0 && members.get(before).remove(node) && members.get(before).isEmpty()) {
      populated--;
    }
    if (domain >= 0 && members.get(domain).add(node) && members.get(domain).size() == 1) {
      populated++;
    }
  }

  private int number() {
    members.add(new LinkedHashSet<>());
    return members.size() - 1;
  }

  @Override
  public String toString() {
    return key;
  }
}
