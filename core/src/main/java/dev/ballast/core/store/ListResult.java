package dev.ballast.core.store;

import dev.ballast.core.resource.Document;
import java.util.List;

/** The answer to a list. */
public sealed interface ListResult {

  /**
   * All pages that one token chain leads through show the state at the same revision.
   *
   * @param revision the state that the page shows; a watch from here misses nothing
   * @param continueToken "" on the last page
   * @param remaining how many documents follow, or -1 where counting would cost a scan
   */
  record Page(List<Document> documents, long revision, String continueToken, long remaining)
      implements ListResult {
    public Page {
      documents = List.copyOf(documents);
    }
  }

  /** The revision of the token, or the exact one asked for, is compacted away: list anew. */
  record Expired(long requestedRevision, long oldestRevision) implements ListResult {}

  /** The continue token was not made by this store. */
  record BadToken(String token) implements ListResult {}

  /** The store is behind the minimum or exact revision asked for, and did not catch up in time. */
  record TooNew(long requestedRevision, long currentRevision) implements ListResult {}
}
