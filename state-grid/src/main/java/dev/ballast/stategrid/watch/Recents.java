package dev.ballast.stategrid.watch;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.stategrid.documents.Recent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The recent changes of every type. One ring per type, so that a watch of a quiet type is not
 * pushed into the log by a busy one. Thread-safe.
 */
public final class Recents implements Recent {

  private static final int CHANGES = 2048;

  /** No log has the volatile ones: a list must come to its end before they have gone by. */
  private static final int CHANGES_OF_LEASES = 16_384;

  private final Map<ResourceType, RecentChanges> types = new ConcurrentHashMap<>();
  private volatile long startRevision;

  /**
   * @param startRevision what came before is in the log only
   */
  public Recents(long startRevision) {
    this.startRevision = startRevision;
  }

  RecentChanges of(ResourceType type) {
    return types.computeIfAbsent(type, absent -> ring(type, startRevision));
  }

  private static RecentChanges ring(ResourceType type, long floor) {
    return new RecentChanges(floor, type.equals(ResourceType.LEASES) ? CHANGES_OF_LEASES : CHANGES);
  }

  /** Before their revision is published; the sequencer's thread. */
  public void append(List<RecentChange> changes) {
    changes.forEach(change -> of(change.entry().key().type()).append(change));
  }

  /** Forgets everything; what came before a revision is in the log only. */
  public void forget(long revision) {
    startRevision = revision;
    types.clear();
  }

  /** Forgets the changes of one type up to a revision. */
  public void forget(ResourceType type, long revision) {
    types.put(type, ring(type, revision));
  }

  /** History of a type after this revision is in memory. */
  public long floor(ResourceType type) {
    return of(type).floor();
  }

  @Override
  public Optional<Document> find(ObjectKey key, long position) {
    return of(key.type()).find(position).map(RecentChange::document);
  }
}
