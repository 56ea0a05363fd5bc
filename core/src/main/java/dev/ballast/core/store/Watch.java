package dev.ballast.core.store;

import dev.ballast.core.resource.Document;
import java.util.List;
import java.util.Optional;

/**
 * A cursor into the store's history. It holds no queue of its own, so a slow or dead reader costs
 * the others nothing: it falls behind, reads from the log, and at worst finds its place compacted
 * away.
 *
 * <p>One thread polls at a time; {@link #close} may come from any.
 */
public interface Watch extends AutoCloseable {

  /**
   * Takes up to {@code max} events, whole commits only (so possibly a few more). Never blocks on
   * new events.
   */
  Poll poll(int max);

  @Override
  void close();

  sealed interface Poll {

    /**
     * @param events in commit order; empty when nothing matches yet
     * @param revision everything up to here has been seen: a bookmark may carry it
     * @param more true when a further poll would find something now
     */
    record Events(List<Event> events, long revision, boolean more) implements Poll {
      public Events {
        events = List.copyOf(events);
      }
    }

    /** The cursor's revision is compacted away: list anew. */
    record Expired(long revision, long oldestRevision) implements Poll {}

    /** The store or the link ended; reopen later. */
    record Closed(String reason) implements Poll {}
  }

  enum Change {
    ADDED,
    MODIFIED,
    DELETED
  }

  /**
   * @param document the new version; for DELETED the last one, stamped with the deleting revision
   * @param previous the version before; absent for ADDED, and on adapters that do not know it
   */
  record Event(Change change, Document document, Optional<Document> previous) {}
}
