package dev.ballast.stategrid.watch;

import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The newest changes of one type, shared by all watchers: each has only a revision as its place, so
 * a slow one costs nothing. Bounded by count and by bytes; what falls out is in the log.
 *
 * <p>The sequencer appends whole commits; watchers copy out. Thread-safe.
 */
final class RecentChanges {

  private static final int MAXIMUM_CHANGES = 2048;
  private static final long MAXIMUM_BYTES = 4 << 20;

  private final RecentChange[] ring = new RecentChange[MAXIMUM_CHANGES];
  private long first;
  private long next;
  private long bytes;
  private long floor;

  /**
   * @param floor the ring knows everything after this revision
   */
  RecentChanges(long floor) {
    this.floor = floor;
  }

  synchronized void append(RecentChange change) {
    bytes += change.bytes();
    while (next - first == ring.length || (bytes > MAXIMUM_BYTES && next > first)) {
      RecentChange evicted = ring[slot(first)];
      ring[slot(first)] = null;
      first++;
      bytes -= evicted.bytes();
      floor = evicted.entry().revision();
    }
    ring[slot(next++)] = change;
  }

  synchronized long floor() {
    return floor;
  }

  /**
   * Changes with {@code after < revision <= upTo}: whole commits, until there are {@code max}.
   *
   * @return null when the ring no longer reaches back so far
   */
  synchronized List<RecentChange> between(long after, long upTo, String namespace, int max) {
    if (after < floor) {
      return null;
    }
    List<RecentChange> found = new ArrayList<>();
    long last = after;
    for (long i = firstAfter(after); i < next; i++) {
      RecentChange change = ring[slot(i)];
      long revision = change.entry().revision();
      if (revision > upTo || (found.size() >= max && revision != last)) {
        break;
      }
      if (namespace.isEmpty() || namespace.equals(change.entry().key().namespace())) {
        found.add(change);
        last = revision;
      }
    }
    return found;
  }

  synchronized Optional<RecentChange> find(long position) {
    long revision = Position.revision(position);
    for (long i = firstAfter(revision - 1); i < next; i++) {
      Entry entry = ring[slot(i)].entry();
      if (entry.position() == position) {
        return entry.removes() ? Optional.empty() : Optional.of(ring[slot(i)]);
      }
      if (entry.revision() > revision) {
        break;
      }
    }
    return Optional.empty();
  }

  /** Binary search: revisions ascend along the ring. */
  private long firstAfter(long revision) {
    long low = first;
    long high = next;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (ring[slot(middle)].entry().revision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int slot(long index) {
    return (int) (index % MAXIMUM_CHANGES);
  }
}
