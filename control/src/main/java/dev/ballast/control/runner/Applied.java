package dev.ballast.control.runner;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import java.util.Map;

/**
 * How far the actions of a decision got.
 *
 * @param revisions the newest commit of each kind that was written
 */
record Applied(Map<ResourceType, Long> revisions, End end) {

  Applied {
    revisions = Map.copyOf(revisions);
  }

  sealed interface End {}

  /** All of them were performed. */
  record Complete() implements End {}

  /** The world had moved on: decide anew. */
  record Overtaken(ObjectKey key) implements End {}

  /** The store said no, and will again until something changes. */
  record Refused(Failure failure) implements End {}

  /** No store now. */
  record Unavailable(String reason) implements End {}
}
