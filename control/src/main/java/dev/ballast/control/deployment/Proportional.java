package dev.ballast.control.deployment;

import java.util.ArrayList;
import java.util.List;

/**
 * Scaling in the middle of a rollout: the change is shared among the active sets in proportion to
 * their sizes, so that the mix of versions stays; what rounding leaves over goes to the first.
 * Pure.
 */
final class Proportional {

  /**
   * @param wanted the set's size now
   * @param maxBefore what the Deployment's maximum was when the set was last sized
   */
  record Share(int wanted, int maxBefore) {}

  private Proportional() {}

  /**
   * The next sizes.
   *
   * @param sets largest first; equal ones newest first when growing, oldest first when shrinking
   */
  static List<Integer> sizes(Limits limits, List<Share> sets) {
    int allowed = limits.replicas() > 0 ? limits.maxTotal() : 0;
    int change = allowed - sets.stream().mapToInt(Share::wanted).sum();
    int done = 0;
    List<Integer> sizes = new ArrayList<>();
    for (Share set : sets) {
      int part = change == 0 ? 0 : part(limits, set, change - done);
      sizes.add(set.wanted() + part);
      done += part;
    }
    if (!sizes.isEmpty()) {
      sizes.set(0, Math.max(0, sizes.getFirst() + change - done));
    }
    return sizes;
  }

  private static int part(Limits limits, Share set, int left) {
    if (limits.replicas() == 0) {
      return -set.wanted();
    }
    int fair =
        (int) Math.round((double) set.wanted() * limits.maxTotal() / Math.max(1, set.maxBefore()))
            - set.wanted();
    return left > 0 ? Math.max(0, Math.min(fair, left)) : Math.min(0, Math.max(fair, left));
  }
}
