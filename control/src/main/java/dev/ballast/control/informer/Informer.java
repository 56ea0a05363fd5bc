package dev.ballast.control.informer;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.List;
import java.util.Optional;

/**
 * A local copy of one kind's objects, decoded, kept current by list and watch.
 *
 * <p>Guaranteed:
 *
 * <ul>
 *   <li>The copy of one object goes through a subsequence of its real versions, never backwards
 *       while the store's revisions do not go backwards.
 *   <li>{@link #seen} is a promise: every commit up to that revision is in the copy. So whoever
 *       committed at revision R reads its own write once {@code seen() >= R}; {@link #whenSeen}
 *       tells when, and re-lists should the watch stay silent for some seconds.
 *   <li>Every change is told to every listener after the copy has it, one at a time, in an order in
 *       which each key's changes follow one another.
 *   <li>A lost, expired or closed watch heals by listing anew (after a back-off); listeners are
 *       told the difference, so nothing that lasts is missed.
 * </ul>
 *
 * <p>Not guaranteed: that every version is seen (an object created and deleted during a re-list
 * leaves no trace), that two informers stand at the same revision, or any order across keys.
 *
 * <p>Thread-safe: reads from any thread; changes and listeners run on tasks of {@link
 * dev.ballast.core.time.Timers}, one at a time.
 */
public sealed interface Informer<T> extends AutoCloseable permits LocalCopy, Part {

  /** What happened to one object. An absent {@code before} is a creation, {@code after} its end. */
  @FunctionalInterface
  interface Listener<T> {
    void changed(Optional<Cached<T>> before, Optional<Cached<T>> after);
  }

  /** Begins to list and watch. Once only. */
  void start();

  ResourceType type();

  /** Adds a listener; what is in the copy already is told to it at once, as creations. */
  void onChange(Listener<T> listener);

  Optional<Cached<T>> get(ObjectKey key);

  /** In no order. */
  List<Cached<T>> all();

  /** In key order. */
  List<Cached<T>> find(Index<T> index, String term);

  /** Every commit up to here is in the copy; -1 before the first list. */
  long seen();

  default boolean isSynced() {
    return seen() >= 0;
  }

  /** Runs a task once the copy has every commit up to {@code revision}; at once if it has. */
  void whenSeen(long revision, Runnable task);

  default void whenSynced(Runnable task) {
    whenSeen(0, task);
  }

  /** Lists anew soon, in case the watch lost something. */
  void resync();

  @Override
  void close();
}
