package dev.ballast.planner.solve;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.DomainCount;
import dev.ballast.control.plan.NodeState;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/** The counts of pods by domain as one solution has them: the settled ones and its own. */
final class Company implements Bonds.Reading {

  private final Map<DomainCount, int[]> added = new IdentityHashMap<>();

  void clear() {
    added.clear();
  }

  @Override
  public int at(DomainCount count, int domain) {
    int[] own = added.get(count);
    return count.settled(domain)
        + (own == null || domain < 0 || domain >= own.length ? 0 : own[domain]);
  }

  /** So many more pods of that sort on the node. */
  void change(Bonds bonds, NodeState node, int amount) {
    for (DomainCount count : bonds.countedIn()) {
      int domain = count.topology().domain(node);
      if (domain >= 0) {
        int[] own = added.computeIfAbsent(count, c -> new int[8]);
        if (domain >= own.length) {
          own = Arrays.copyOf(own, 2 * domain);
          added.put(count, own);
        }
        own[domain] += amount;
      }
    }
  }
}
