package dev.ballast.core.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.DeleteOptions;
import java.util.List;

/**
 * What a decision wants done to the world's objects, as data: a controller returns these, the
 * runner performs them. Comparable in tests.
 */
public sealed interface Action {

  /**
   * Create an object; that it exists already counts as done when its controller owner is the same.
   */
  record Create(ObjectKey key, ObjectNode document) implements Action {}

  /**
   * Merge-patch an object (RFC 7396) or one subresource of it, if it is still at the revision the
   * decision saw; a conflict makes the runner decide anew.
   *
   * @param subresource "" for the object itself, else "status"
   */
  record Patch(ObjectKey key, long observedRevision, String subresource, ObjectNode patch)
      implements Action {}

  /**
   * Several patches as one commit: all of them, or (one is in conflict or refused) none. For what
   * must not be half done, such as counting a pod and marking it counted.
   */
  record Together(List<Patch> patches) implements Action {
    public Together {
      patches = List.copyOf(patches);
    }
  }

  /**
   * Delete an object; that it is gone already counts as done.
   *
   * @param observedRevision the version that the decision saw and depends on; 0 for any
   */
  record Delete(ObjectKey key, DeleteOptions options, long observedRevision) implements Action {
    public Delete(ObjectKey key, DeleteOptions options) {
      this(key, options, 0);
    }
  }

  /** Tell a person, as a Kubernetes Event about an object. Best effort; repeats are counted up. */
  record Tell(ObjectKey about, String aboutUid, EventType type, String reason, String message)
      implements Action {}

  /**
   * Something outside of the store, such as a machine. Performing it again must be harmless: it
   * carries the uid of the committed object that it starts from. Each room has its own.
   */
  non-sealed interface Outside extends Action {}

  enum EventType {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    EventType(String text) {
      this.text = text;
    }

    /** As the Event's {@code type} field spells it. */
    public String text() {
      return text;
    }
  }
}
