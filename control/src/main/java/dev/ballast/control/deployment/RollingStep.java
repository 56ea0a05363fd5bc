package dev.ballast.control.deployment;

import java.util.ArrayList;
import java.util.List;

/**
 * The arithmetic of a rolling update: the sizes that the sets should have next. The sum of sizes
 * never passes {@link Limits#maxTotal}; old sets shrink only as far as enough pods stay available,
 * unavailable ones first. Pure.
 */
final class RollingStep {

  private RollingStep() {}

  /** The new set's next size. */
  static int newSize(Limits limits, int current, int totalWanted) {
    if (current >= limits.replicas()) {
      return limits.replicas();
    }
    int room = Math.max(0, limits.maxTotal() - totalWanted);
    return current + Math.min(room, limits.replicas() - current);
  }

  /**
   * The old sets' next sizes.
   *
   * @param old oldest first
   */
  static List<Integer> oldSizes(Limits limits, SetSize newSet, List<SetSize> old) {
    int total = newSet.wanted() + old.stream().mapToInt(SetSize::wanted).sum();
    int newUnavailable = Math.max(0, newSet.wanted() - newSet.available());
    int removable = total - limits.minAvailable() - newUnavailable;
    List<SetSize> sizes = new ArrayList<>(old);
    if (removable > 0) {
      dropUnavailable(sizes, removable);
      dropAvailable(sizes, limits, newSet);
    }
    return sizes.stream().map(SetSize::wanted).toList();
  }

  /** Pods that serve nobody go first: they cost no availability. */
  private static void dropUnavailable(List<SetSize> old, int removable) {
    int left = removable;
    for (int i = 0; i < old.size() && left > 0; i++) {
      SetSize set = old.get(i);
      int drop = Math.min(left, Math.max(0, set.wanted() - set.available()));
      old.set(i, set.resized(set.wanted() - drop));
      left -= drop;
    }
  }

  private static void dropAvailable(List<SetSize> old, Limits limits, SetSize newSet) {
    int available =
        Math.min(newSet.wanted(), newSet.available())
            + old.stream().mapToInt(s -> Math.min(s.wanted(), s.available())).sum();
    int left = available - limits.minAvailable();
    for (int i = 0; i < old.size() && left > 0; i++) {
      SetSize set = old.get(i);
      int drop = Math.min(left, set.wanted());
      old.set(i, set.resized(set.wanted() - drop));
      left -= drop;
    }
  }
}
