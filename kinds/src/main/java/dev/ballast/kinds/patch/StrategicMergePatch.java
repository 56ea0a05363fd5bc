package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.MergePatch;
import dev.ballast.kinds.schema.Schema;

/** Strategic merge: placeholder. */
final class StrategicMergePatch {
  private StrategicMergePatch() {}

  static ObjectNode apply(Schema.ObjectType type, ObjectNode current, ObjectNode patch) {
    return (ObjectNode) MergePatch.apply(current, patch);
  }
}
