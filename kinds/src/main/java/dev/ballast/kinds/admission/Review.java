package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.kinds.Kind;

/**
 * A write under review.
 *
 * @param subresource "" for the object itself
 * @param document what will be stored; the rule may change it. On DELETE the object as it is.
 * @param previous what is stored now; null on CREATE
 */
public record Review(
    Operation operation,
    Kind kind,
    ObjectKey key,
    String subresource,
    ObjectNode document,
    ObjectNode previous,
    User user) {

  /** REMOVE follows DELETE when the object really leaves the store, be it much later. */
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    REMOVE
  }

  public boolean is(Operation wanted, ResourceType type) {
    return operation == wanted && key.type().equals(type);
  }
}
