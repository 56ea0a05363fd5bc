package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.kinds.schema.Schema;
import dev.ballast.kinds.schema.Schema.Field;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Strategic merge patch: a merge patch that knows from the schema which lists are merged by key,
 * and takes directives. Semantics: the Kubernetes documentation on strategic merge and the
 * apimachinery library. A place that the schema does not know is merged as RFC 7396 does. Pure.
 */
final class StrategicMergePatch {

  static final String DIRECTIVE = "$patch";
  static final String RETAIN_KEYS = "$retainKeys";
  static final String ORDER = "$setElementOrder/";
  static final String DELETE_FROM = "$deleteFromPrimitiveList/";

  private static final Schema UNKNOWN = new Schema.AnyType("");

  private StrategicMergePatch() {}

  /** The patched copy; the arguments are not changed. */
  static ObjectNode apply(Schema.ObjectType type, ObjectNode current, ObjectNode patch) {
    return merge(type, current.deepCopy(), patch);
  }

  /** Changes and returns {@code target}. */
  static ObjectNode merge(Schema schema, ObjectNode target, ObjectNode patch) {
    JsonNode directive = patch.get(DIRECTIVE);
    if (directive != null) {
      return switch (directive.asText()) {
        case "merge" -> mergeFields(schema, target, patch);
        case "replace" -> mergeFields(schema, target.objectNode(), patch);
        case "delete" -> target.objectNode();
        default -> throw BrokenPatch.malformed("Unknown patch type found: " + directive.asText());
      };
    }
    return mergeFields(schema, target, patch);
  }

  private static ObjectNode mergeFields(Schema schema, ObjectNode target, ObjectNode patch) {
    retain(target, patch);
    Set<String> lists = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      String name = entry.getKey();
      if (name.startsWith(ORDER)) {
        lists.add(name.substring(ORDER.length()));
      } else if (name.startsWith(DELETE_FROM)) {
        lists.add(name.substring(DELETE_FROM.length()));
      } else if (!name.equals(DIRECTIVE) && !name.equals(RETAIN_KEYS)) {
        lists.remove(name);
        mergeField(schema, target, patch, name, entry.getValue());
      }
    }
    for (String name : lists) {
      if (!patch.has(name) && target.get(name) instanceof ArrayNode list) {
        target.set(name, ListMerge.of(listType(schema, name), list, list.arrayNode(), patch, name));
      }
    }
    return target;
  }

  private static void mergeField(
      Schema schema, ObjectNode target, ObjectNode patch, String name, JsonNode value) {
    switch (value) {
      case ObjectNode object -> target.set(name, mergeObject(schema, target, name, object));
      case ArrayNode list -> {
        ArrayNode current =
            target.get(name) instanceof ArrayNode array ? array : target.arrayNode();
        target.set(name, ListMerge.of(listType(schema, name), current, list, patch, name));
      }
      default -> {
        if (value.isNull()) {
          target.remove(name);
        } else {
          target.set(name, value);
        }
      }
    }
  }

  private static JsonNode mergeObject(
      Schema schema, ObjectNode target, String name, ObjectNode patch) {
    boolean whole =
        schema instanceof Schema.ObjectType type
            && type.fields().get(name) instanceof Field field
            && field.patchStrategy().contains("replace");
    ObjectNode current =
        !whole && target.get(name) instanceof ObjectNode object ? object : target.objectNode();
    return merge(schemaOf(schema, name), current, patch);
  }

  /** Drops what {@code $retainKeys} does not name; the patch itself may set no other keys. */
  private static void retain(ObjectNode target, ObjectNode patch) {
    JsonNode keys = patch.get(RETAIN_KEYS);
    if (keys == null) {
      return;
    }
    if (!keys.isArray()) {
      throw BrokenPatch.malformed("invalid patch format of retainKeys");
    }
    Set<String> retained = new HashSet<>();
    keys.forEach(key -> retained.add(key.asText()));
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      if (!entry.getKey().startsWith("$")
          && !entry.getValue().isNull()
          && !retained.contains(entry.getKey())) {
        throw BrokenPatch.doesNotApply(
            "patch content doesn't match retainKeys list: it sets %s, the list is %s"
                .formatted(entry.getKey(), keys));
      }
    }
    target.retain(retained);
  }

  private static Schema schemaOf(Schema schema, String name) {
    return switch (schema) {
      case Schema.ObjectType type ->
          type.fields().get(name) instanceof Field field ? field.schema() : UNKNOWN;
      case Schema.MapType map -> map.values();
      case Schema.ListType list -> UNKNOWN;
      case Schema.Scalar scalar -> UNKNOWN;
      case Schema.AnyType any -> UNKNOWN;
    };
  }

  private static Schema.ListType listType(Schema schema, String name) {
    return schemaOf(schema, name) instanceof Schema.ListType list ? list : ListMerge.ATOMIC;
  }
}
