package dev.ballast.core.store;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import java.util.List;

/** What became of a commit. Everything but {@link Committed} left nothing behind. */
public sealed interface CommitResult {

  /**
   * Durable, and visible to every later read.
   *
   * @param documents one per write, in order: the new version, or for a removal the last one
   */
  record Committed(long revision, List<Document> documents) implements CommitResult {
    public Committed {
      documents = List.copyOf(documents);
    }
  }

  /** The object is not at the revision (or has not the uid) that the write named. */
  record Conflict(ObjectKey key, long expectedRevision, long actualRevision)
      implements CommitResult {}

  record AlreadyExists(ObjectKey key) implements CommitResult {}

  record NotFound(ObjectKey key) implements CommitResult {}

  /** Admission or validation refused it, or it is too large. */
  record Refused(Failure failure) implements CommitResult {}

  /** The store cannot take writes now (closed, disk full, no quorum); nothing was written. */
  record Unavailable(String reason) implements CommitResult {}
}
