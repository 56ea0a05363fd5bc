package dev.ballast.stategrid;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.sequence.Sequencer;
import java.util.List;
import java.util.Optional;

/**
 * The store for those who decide because this member leads. It commits here and in this epoch, or
 * not at all: what was decided by a leader that was paused, and is none any more, must not go on to
 * the next one. Reads are the member's. Thread-safe.
 */
record LeadingStore(ResourceStore store, Sequencer sequencer) implements ResourceStore {

  @Override
  public CommitResult commit(List<Write> writes) {
    return sequencer.commit(writes);
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    return store.get(key);
  }

  @Override
  public ListResult list(ListQuery query) {
    return store.list(query);
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    return store.watch(query, signal);
  }

  @Override
  public long revision() {
    return store.revision();
  }

  /** The member's own. */
  @Override
  public void close() {}
}
