package dev.ballast.core.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** JSON Merge Patch, RFC 7396: null removes, objects merge, anything else replaces. Pure. */
public final class MergePatch {

  private MergePatch() {}

  /** The patched copy; neither argument is changed. */
  public static JsonNode apply(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    ObjectNode result = target.isObject() ? ((ObjectNode) target).deepCopy() : Json.object();
    merge(result, changes);
    return result;
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      switch (field.getValue()) {
        case ObjectNode changes ->
            merge(
                target.get(name) instanceof ObjectNode object ? object : target.putObject(name),
                changes);
        case JsonNode value -> {
          if (value.isNull()) {
            target.remove(name);
          } else {
            target.set(name, value.deepCopy());
          }
        }
      }
    }
  }
}
