package dev.ballast.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.DeleteOptions;
import java.util.List;

/**
 * Every write to the cluster, in Kubernetes' terms: decode, default, admit, validate, commit; with
 * retries of a patch on conflict. The API calls it; controllers reach the same path through the
 * admitting store. Calls block. Thread-safe.
 */
public interface Resources {

  Outcome create(Kind kind, String namespace, ObjectNode body, WriteOptions options);

  /** PUT. A body without resourceVersion overwrites whatever is there, as in Kubernetes. */
  Outcome update(
      Kind kind,
      String namespace,
      String name,
      String subresource,
      ObjectNode body,
      WriteOptions options);

  Outcome patch(
      Kind kind,
      String namespace,
      String name,
      String subresource,
      PatchType type,
      JsonNode patch,
      WriteOptions options);

  /**
   * @param expectedRevision the object must be at it when it is deleted; 0 for any
   */
  Outcome delete(
      Kind kind,
      String namespace,
      String name,
      DeleteOptions delete,
      long expectedRevision,
      WriteOptions options);

  default Outcome delete(
      Kind kind, String namespace, String name, DeleteOptions delete, WriteOptions options) {
    return delete(kind, namespace, name, delete, 0, options);
  }

  /** Binds a pod to a node: body is a v1 Binding. */
  Outcome bind(String namespace, String pod, ObjectNode binding, WriteOptions options);

  /** Evicts a pod if its disruption budgets allow: body is a policy Eviction; else 429. */
  Outcome evict(String namespace, String pod, ObjectNode eviction, WriteOptions options);

  enum PatchType {
    JSON,
    MERGE,
    STRATEGIC_MERGE
  }

  /** What to do about unknown and duplicate fields. */
  enum FieldValidation {
    IGNORE,
    WARN,
    STRICT
  }

  /**
   * @param duplicateFields complaints of the parser ({@code duplicate field "spec.replicas"}),
   *     which only it can see; told or refused together with unknown fields
   */
  record WriteOptions(
      boolean dryRun,
      FieldValidation fieldValidation,
      String fieldManager,
      User user,
      List<String> duplicateFields) {
    public WriteOptions {
      duplicateFields = List.copyOf(duplicateFields);
    }

    public WriteOptions(
        boolean dryRun, FieldValidation fieldValidation, String fieldManager, User user) {
      this(dryRun, fieldValidation, fieldManager, user, List.of());
    }

    public WriteOptions withDryRun(boolean dry) {
      return new WriteOptions(dry, fieldValidation, fieldManager, user, duplicateFields);
    }

    public static WriteOptions by(User user) {
      return new WriteOptions(false, FieldValidation.IGNORE, "", user);
    }
  }

  sealed interface Outcome {

    /**
     * The object as it is now.
     *
     * @param created true when this write made it (HTTP 201)
     * @param warnings for the client's Warning headers
     */
    record Stored(Document document, boolean created, List<String> warnings) implements Outcome {
      public Stored {
        warnings = List.copyOf(warnings);
      }
    }

    /**
     * The object is gone; its last version. Updates and patches answer so too, when they take away
     * the last finalizer of a deleted object.
     */
    record Removed(Document document) implements Outcome {}

    record Failed(Failure failure) implements Outcome {}
  }
}
