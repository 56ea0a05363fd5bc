package dev.ballast.control.plan;

import dev.ballast.core.placement.SpreadRule;
import java.util.Arrays;

/**
 * How many pods of one sort are in each domain of a topology, kept current pod by pod; with a
 * spread rule's choice of nodes also how many domains there are and the least count among them.
 *
 * <p>Two figures: what is settled in the snapshot, and what is shown: settled plus reserved. Who
 * caches what follows from a count catches up by {@link #changes} and {@link #changed}. Belongs to
 * a {@link Relations}, on that one's thread.
 */
public final class DomainCount {

  /** So many changes are remembered; a power of two. */
  private static final int REMEMBERED = 1024;

  private final Topology topology;
  private final SpreadRule.Domains nodes;
  private boolean[] included = {};
  private int[] settled = new int[8];
  private int[] shown = new int[8];
  private int[] members = new int[8];
  private int domains;
  private int[] domainsByCount = new int[8];
  private int least;
  private int total;
  private final int[] log = new int[REMEMBERED];
  private long changes;

  /**
   * @param nodes which nodes take part; null for all
   */
  DomainCount(Topology topology, SpreadRule.Domains nodes) {
    this.topology = topology;
    this.nodes = nodes;
  }

  public Topology topology() {
    return topology;
  }

  /** Of all domains, reservations included. */
  public int total() {
    return total;
  }

  /** Reservations included. */
  public int shown(int domain) {
    return domain >= 0 && domain < shown.length ? shown[domain] : 0;
  }

  public int settled(int domain) {
    return domain >= 0 && domain < settled.length ? settled[domain] : 0;
  }

  /** The least count of any domain; 0 when there are fewer domains than that. */
  public int least(int minDomains) {
    return domains < minDomains || domains == 0 ? 0 : least;
  }

  /** Grows with every change of a shown count. */
  public long changes() {
    return changes;
  }

  /** The domain of the change of that number, or -2 when it is forgotten. */
  public int changed(long number) {
    return changes - number > REMEMBERED ? -2 : log[(int) (number & (REMEMBERED - 1))];
  }

  /** The domain that a pod on the node counts for. */
  private int domain(int slot) {
    return nodes == null || (slot < included.length && included[slot])
        ? topology.domain(slot)
        : Topology.NOWHERE;
  }

  void settle(NodeState node, int amount) {
    int domain = domain(node.slot());
    if (domain >= 0) {
      reach(domain);
      settled[domain] += amount;
      show(domain, amount);
    }
  }

  void reserve(NodeState node, int amount) {
    int domain = domain(node.slot());
    if (domain >= 0) {
      reach(domain);
      show(domain, amount);
    }
  }

  /** Looks at the node anew; its pods must be withdrawn before, its topology up to date after. */
  void leave(NodeState node) {
    int domain = nodes == null ? Topology.NOWHERE : domain(node.slot());
    if (domain >= 0 && --members[domain] == 0) {
      domains--;
      domainsByCount[shown[domain]]--;
      raiseLeast();
    }
  }

  void join(NodeState node) {
    if (nodes == null) {
      return;
    }
    int slot = node.slot();
    if (slot >= included.length) {
      included = Arrays.copyOf(included, Math.max(slot + 1, 2 * included.length));
    }
    included[slot] = node.exists() && nodes.include(node.node().orElseThrow());
    int domain = domain(slot);
    if (domain >= 0) {
      reach(domain);
      if (members[domain]++ == 0) {
        int count = shown[domain];
        least = domains++ == 0 ? count : Math.min(least, count);
        reachCount(count);
        domainsByCount[count]++;
      }
    }
  }

  private void show(int domain, int amount) {
    int before = shown[domain];
    int after = before + amount;
    shown[domain] = after;
    total += amount;
    log[(int) (changes++ & (REMEMBERED - 1))] = domain;
    if (members[domain] > 0) {
      reachCount(after);
      domainsByCount[before]--;
      domainsByCount[after]++;
      least = Math.min(least, after);
      raiseLeast();
    }
  }

  private void raiseLeast() {
    while (domains > 0 && domainsByCount[least] == 0) {
      least++;
      reachCount(least);
    }
  }

  private void reach(int domain) {
    if (domain >= shown.length) {
      settled = Arrays.copyOf(settled, 2 * domain);
      shown = Arrays.copyOf(shown, 2 * domain);
      members = Arrays.copyOf(members, 2 * domain);
    }
  }

  private void reachCount(int count) {
    if (count >= domainsByCount.length) {
      domainsByCount = Arrays.copyOf(domainsByCount, 2 * count);
    }
  }
}
