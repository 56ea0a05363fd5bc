package dev.ballast.stategrid.watch;

import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest changes of one type, shared by all watchers: each has only a revision as its place, so
 * a slow one costs nothing. Bounded by count and by bytes; what falls out is in the log.
 *
 * <p>A namespace's changes are in a line of their own too, which knows what of it fell out: so a
 * watcher of a quiet namespace is never behind because of what happened elsewhere.
 *
 * <p>The sequencer appends whole commits; watchers copy out. Thread-safe.
 */
final class RecentChanges {

  private static final long MAXIMUM_BYTES = 4 << 20;
  private static final int MAXIMUM_LINES = 16_384;

  /** One namespace's part of the ring. */
  private static final class Line {
    private final Deque<RecentChange> changes = new ArrayDeque<>(2);
    private long floor;

    Line(long floor) {
      this.floor = floor;
    }
  }

  private final RecentChange[] ring;
  private final Map<String, Line> lines = new HashMap<>();
  private long start;
  private long first;
  private long next;
  private long bytes;
  private long floor;

  /**
   * @param floor the ring knows everything after this revision
   * @param most it holds so many changes
   */
  RecentChanges(long floor, int most) {
    this.ring = new RecentChange[most];
    this.start = floor;
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
      Line line = lines.get(evicted.entry().key().namespace());
      line.changes.remove();
      line.floor = floor;
    }
    ring[slot(next++)] = change;
    if (lines.size() > MAXIMUM_LINES) {
      // Namespaces come and go; one without a line is known since the ring's beginning.
      start = floor;
      lines.values().removeIf(line -> line.changes.isEmpty());
    }
    lines
        .computeIfAbsent(change.entry().key().namespace(), absent -> new Line(start))
        .changes
        .add(change);
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
    return namespace.isEmpty()
        ? ofAll(after, upTo, max)
        : ofLine(lines.get(namespace), after, upTo, max);
  }

  private List<RecentChange> ofAll(long after, long upTo, int max) {
    if (after < floor) {
      return null;
    }
    List<RecentChange> found = new ArrayList<>();
    for (long i = firstAfter(after); i < next; i++) {
      if (!take(ring[slot(i)], upTo, max, found)) {
        break;
      }
    }
    return found;
  }

  private List<RecentChange> ofLine(Line line, long after, long upTo, int max) {
    if (after < (line == null ? start : line.floor)) {
      return null;
    }
    List<RecentChange> found = new ArrayList<>();
    if (line != null) {
      for (RecentChange change : line.changes) {
        if (change.entry().revision() > after && !take(change, upTo, max, found)) {
          break;
        }
      }
    }
    return found;
  }

  /** False when it is one too many. */
  private static boolean take(RecentChange change, long upTo, int max, List<RecentChange> found) {
    long revision = change.entry().revision();
    if (revision > upTo
        || (found.size() >= max && revision != found.getLast().entry().revision())) {
      return false;
    }
    found.add(change);
    return true;
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

  private int slot(long index) {
    return (int) (index % ring.length);
  }
}
