package dev.ballast.stategrid.index;

import dev.ballast.core.resource.ObjectKey;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The keys of the objects that have something in common now, or had it in a version that is kept: a
 * reader looks each up. Keys are only added; when too many no longer belong they are swept out. One
 * thread writes, any reads without a lock.
 */
final class Postings {

  /** Sweeping fewer does not pay. */
  private static final int SLACK = 32;

  private record Keys(ObjectKey[] array, int size) {}

  private volatile Keys keys = new Keys(new ObjectKey[2], 0);
  private volatile int live;
  private int sweepAt = SLACK;

  /**
   * @param belongs whether a key still has a version with it
   */
  void add(ObjectKey key, Predicate<ObjectKey> belongs) {
    live = live + 1;
    if (keys.size >= sweepAt && keys.size > 2 * live) {
      sweep(belongs);
    }
    Keys now = keys;
    ObjectKey[] array =
        now.size < now.array.length
            ? now.array
            : Arrays.copyOf(now.array, now.size + Math.max(2, now.size / 4));
    array[now.size] = key;
    keys = new Keys(array, now.size + 1);
  }

  /** The newest version of one object no longer has it. */
  void left() {
    live = live - 1;
  }

  /** Forgets keys that do not belong; true when nothing is left. */
  boolean sweep(Predicate<ObjectKey> belongs) {
    Keys now = keys;
    ObjectKey[] kept =
        Arrays.stream(now.array, 0, now.size).filter(belongs).distinct().toArray(ObjectKey[]::new);
    keys = new Keys(kept, kept.length);
    sweepAt = 2 * kept.length + SLACK;
    return kept.length == 0;
  }

  /** How many objects have it now. */
  int live() {
    return live;
  }

  /** Some may come twice, or no longer belong. */
  void forEach(Consumer<ObjectKey> each) {
    Keys now = keys;
    for (int i = 0; i < now.size; i++) {
      each.accept(now.array[i]);
    }
  }
}
