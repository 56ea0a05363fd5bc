package dev.ballast.stategrid.index;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Positions that the index has forgotten and the disk still has. They are deleted in the order in
 * which they came, nothing before what could not be deleted yet: a mark of a removal goes after
 * what was removed, or a restart, and whoever takes the image over, would find a removed object
 * without its mark. What is lost of them with the process is found again with the next history that
 * goes. Thread-safe.
 */
public final class Doomed {

  private final Deque<Long> positions = new ArrayDeque<>();

  synchronized void add(List<Long> more) {
    positions.addAll(more);
  }

  /** Those of a file that is no more. */
  synchronized void forget() {
    positions.clear();
  }

  /** The first of them, at most so many. */
  public synchronized List<Long> first(int most) {
    List<Long> first = new ArrayList<>(Math.min(most, positions.size()));
    positions.stream().limit(most).forEach(first::add);
    return first;
  }

  /** So many of the first are deleted, in a way that survives as what comes after does. */
  public synchronized void deleted(int first) {
    for (int i = 0; i < first; i++) {
      positions.remove();
    }
  }

  public synchronized int size() {
    return positions.size();
  }
}
