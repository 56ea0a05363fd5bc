package dev.ballast.stategrid;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DelegatingStore;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.sequence.Sequencer;
import java.util.List;

/**
 * The store for those who decide because this member leads. It commits here and in this epoch, or
 * not at all: what was decided by a leader that was paused, and is none any more, must not go on to
 * the next one. Reads are the member's. Thread-safe.
 */
final class LeadingStore extends DelegatingStore {

  private final Sequencer sequencer;

  LeadingStore(ResourceStore store, Sequencer sequencer) {
    super(store);
    this.sequencer = sequencer;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    return sequencer.commit(writes);
  }

  /** The member's own. */
  @Override
  public void close() {}
}
