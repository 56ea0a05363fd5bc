package dev.ballast.stategrid.watch;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.Watch;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Entry;
import java.util.Optional;

/**
 * A change that many watchers will be told of. The version before is fetched when the first of them
 * asks, and kept for the others.
 */
public final class RecentChange {

  private final Entry entry;
  private final Document document;
  private volatile Optional<Document> previous;

  /**
   * @param document for a removal the last version, stamped with the removing revision
   * @param previous null when it has to be fetched
   */
  public RecentChange(Entry entry, Document document, Optional<Document> previous) {
    this.entry = entry;
    this.document = document;
    this.previous = entry.previous() == 0 ? Optional.empty() : previous;
  }

  public Entry entry() {
    return entry;
  }

  public Document document() {
    return document;
  }

  long bytes() {
    return 2L * document.json().length;
  }

  /** Empty when the version before is compacted away, so the whole event is. */
  Optional<Watch.Event> event(DocumentReader documents) {
    Optional<Document> before = previous;
    if (before == null) {
      before = documents.any(entry.key(), entry.previous());
      if (before.isEmpty()) {
        return Optional.empty();
      }
      previous = before;
    }
    return Optional.of(new Watch.Event(entry.change(), document, before));
  }

  /** The last version of a removed object as watchers see it. */
  public static Document removed(Document last, long revision) {
    return new Document(last.key(), revision, Json.stamp(Json.unstamp(last.json()), revision));
  }
}
