package dev.ballast.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure;
import java.util.List;

/** What a kind adds beyond its schema. All pure: they see documents, never the store. */
public interface Hooks {

  /**
   * Sets values that depend on other fields; schema defaults are in already. Changes the argument.
   */
  default void applyDefaults(ObjectNode document) {}

  /** Everything wrong with a new document; empty when it is fine. */
  default List<Failure.Cause> validateCreate(ObjectNode document) {
    return List.of();
  }

  /** Everything wrong with this change (immutable fields, illegal transitions); empty when fine. */
  default List<Failure.Cause> validateUpdate(
      ObjectNode document, ObjectNode previous, String subresource) {
    return validateCreate(document);
  }

  /**
   * Drops or resets what a creator may not set, the status above all, and sets what follows from
   * the object's identity: metadata is complete, uid included. Changes the argument.
   */
  default void prepareForCreate(ObjectNode document) {
    document.remove("status");
  }

  /** Seconds of graceful deletion the object itself asks for; 0 removes at once (pods differ). */
  default long gracePeriodSeconds(ObjectNode document) {
    return 0;
  }

  /** Whether a PUT of an object that does not exist makes it; most kinds answer 404. */
  default boolean createsOnUpdate() {
    return false;
  }

  /** Whether a PUT must say which version it replaces; most kinds take one that does not. */
  default boolean updatesKnownVersionOnly() {
    return false;
  }

  Hooks NONE = new Hooks() {};
}
