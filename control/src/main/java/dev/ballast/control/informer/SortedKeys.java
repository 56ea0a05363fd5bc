package dev.ballast.control.informer;

import dev.ballast.core.resource.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * A set of keys in order, in runs of a few hundred: a key costs a reference, where a tree's costs
 * ten, and a million of them are no more work than a few. Not thread-safe.
 */
final class SortedKeys {

  private static final int LONGEST = 512;

  /** None is empty, and each begins behind the end of the one before. */
  private final List<List<ObjectKey>> runs = new ArrayList<>(1);

  /** True when it was not there. */
  boolean add(ObjectKey key) {
    if (runs.isEmpty()) {
      runs.add(new ArrayList<>(1));
      runs.getFirst().add(key);
      return true;
    }
    int number = run(key);
    List<ObjectKey> run = runs.get(number);
    int at = Collections.binarySearch(run, key);
    if (at >= 0) {
      return false;
    }
    run.add(-at - 1, key);
    if (run.size() > LONGEST) {
      // What comes in order, as lists do, leaves full runs behind.
      int from = number == runs.size() - 1 && -at == run.size() ? LONGEST : LONGEST / 2;
      List<ObjectKey> tail = run.subList(from, run.size());
      runs.add(number + 1, new ArrayList<>(tail));
      tail.clear();
    }
    return true;
  }

  /** True when it was there. */
  boolean remove(ObjectKey key) {
    if (runs.isEmpty()) {
      return false;
    }
    int number = run(key);
    List<ObjectKey> run = runs.get(number);
    int at = Collections.binarySearch(run, key);
    if (at < 0) {
      return false;
    }
    run.remove(at);
    if (run.isEmpty()) {
      runs.remove(number);
    }
    return true;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  void forEach(Consumer<ObjectKey> action) {
    runs.forEach(run -> run.forEach(action));
  }

  /** The last run that begins at the key or before it, else the first. */
  private int run(ObjectKey key) {
    int low = 0;
    int high = runs.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (runs.get(middle).getFirst().compareTo(key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
