package dev.ballast.core.store;

import dev.ballast.core.resource.ObjectKey;
import java.util.Objects;
import java.util.Optional;

/**
 * One object's part of a commit. Document bytes are in {@link
 * dev.ballast.core.resource.Json#storable storable} form.
 */
public sealed interface Write {

  ObjectKey key();

  /** Of its document, in bytes. */
  default long bytes() {
    return switch (this) {
      case Create create -> create.json().length;
      case Replace replace -> replace.json().length;
      case Delete delete -> 0;
    };
  }

  /**
   * The object must not exist.
   *
   * @param basis another object that must be as it was when this one was admitted; a conflict names
   *     it. Bare stores keep to it; a store that admits finds its own
   */
  record Create(ObjectKey key, byte[] json, Optional<Basis> basis) implements Write {
    public Create {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(json, "json");
      Objects.requireNonNull(basis, "basis");
    }

    public Create(ObjectKey key, byte[] json) {
      this(key, json, Optional.empty());
    }
  }

  /** An object at a revision: what a decision rests on. */
  record Basis(ObjectKey key, long revision) {}

  /**
   * The object must exist at {@code expectedRevision}.
   *
   * @param subresource "" for the object itself; "status", "binding" or "scale" when the writer may
   *     change that part only. A bare store replaces the document whole; a store that admits (and
   *     the REST API) keeps what the subresource does not own.
   */
  record Replace(ObjectKey key, long expectedRevision, String subresource, byte[] json)
      implements Write {
    public Replace {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(subresource, "subresource");
      Objects.requireNonNull(json, "json");
    }
  }

  /**
   * The object must exist, and meet the preconditions. A bare store removes it; a store that admits
   * first lets finalizers and the kind's graceful deletion have their say.
   *
   * @param expectedRevision 0 for any
   */
  record Delete(ObjectKey key, long expectedRevision, DeleteOptions options) implements Write {
    public Delete {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(options, "options");
    }
  }
}
