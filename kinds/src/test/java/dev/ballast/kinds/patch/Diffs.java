package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.schema.Schema;
import java.util.HashSet;
import java.util.Set;

/** The patch that leads from one document to another, in each of the three languages. */
final class Diffs {

  private Diffs() {}

  /** RFC 7396. */
  static ObjectNode merge(ObjectNode from, ObjectNode to) {
    return strategic(new Schema.AnyType(""), from, to);
  }

  /** As kubectl makes them: every changed list says its order. */
  static ObjectNode strategic(Schema schema, ObjectNode from, ObjectNode to) {
    ObjectNode patch = Json.object();
    from.fieldNames()
        .forEachRemaining(
            name -> {
              if (!to.has(name)) {
                patch.putNull(name);
              }
            });
    to.properties()
        .forEach(
            entry -> {
              JsonNode before = from.get(entry.getKey());
              if (!entry.getValue().equals(before)) {
                field(
                    fieldSchema(schema, entry.getKey()),
                    patch,
                    entry.getKey(),
                    before,
                    entry.getValue());
              }
            });
    return patch;
  }

  private static Schema fieldSchema(Schema schema, String name) {
    return switch (schema) {
      case Schema.ObjectType type -> type.fields().get(name).schema();
      case Schema.MapType map -> map.values();
      default -> schema;
    };
  }

  private static void field(
      Schema schema, ObjectNode patch, String name, JsonNode before, JsonNode after) {
    if (after instanceof ObjectNode to) {
      ObjectNode from = before instanceof ObjectNode object ? object : Json.object();
      patch.set(name, strategic(schema, from, to));
    } else if (after instanceof ArrayNode to
        && before instanceof ArrayNode from
        && schema instanceof Schema.ListType list) {
      switch (list.strategy()) {
        case ATOMIC -> patch.set(name, to);
        case SET -> set(patch, name, from, to);
        case MAP -> map(list, patch, name, from, to);
      }
    } else {
      patch.set(name, after);
    }
  }

  private static void set(ObjectNode patch, String name, ArrayNode from, ArrayNode to) {
    Set<JsonNode> before = items(from);
    Set<JsonNode> after = items(to);
    ArrayNode removed = patch.arrayNode();
    from.forEach(item -> addUnless(after, item, removed));
    ArrayNode added = patch.arrayNode();
    to.forEach(item -> addUnless(before, item, added));
    patch.set(StrategicMergePatch.ORDER + name, to);
    patch.set(StrategicMergePatch.DELETE_FROM + name, removed);
    patch.set(name, added);
  }

  private static Set<JsonNode> items(ArrayNode list) {
    Set<JsonNode> items = new HashSet<>();
    list.forEach(items::add);
    return items;
  }

  private static void addUnless(Set<JsonNode> known, JsonNode item, ArrayNode list) {
    if (!known.contains(item)) {
      list.add(item);
    }
  }

  private static void map(
      Schema.ListType list, ObjectNode patch, String name, ArrayNode from, ArrayNode to) {
    String key = list.mergeKeys().getFirst();
    ArrayNode order = patch.putArray(StrategicMergePatch.ORDER + name);
    ArrayNode items = patch.putArray(name);
    for (JsonNode item : to) {
      order.addObject().set(key, item.get(key));
      JsonNode old = find(from, key, item.get(key));
      ObjectNode change =
          old == null
              ? (ObjectNode) item
              : strategic(list.items(), (ObjectNode) old, (ObjectNode) item);
      if (old == null || !change.isEmpty()) {
        items.add(change.deepCopy().set(key, item.get(key)));
      }
    }
    for (JsonNode item : from) {
      if (find(to, key, item.get(key)) == null) {
        items.addObject().put(StrategicMergePatch.DIRECTIVE, "delete").set(key, item.get(key));
      }
    }
  }

  private static JsonNode find(ArrayNode list, String key, JsonNode value) {
    for (JsonNode item : list) {
      if (item.get(key).equals(value)) {
        return item;
      }
    }
    return null;
  }

  /** RFC 6902; lists that differ are replaced whole. */
  static ArrayNode operations(ObjectNode from, ObjectNode to) {
    ArrayNode operations = Json.object().arrayNode();
    operations(operations, "", from, to);
    return operations;
  }

  private static void operations(
      ArrayNode operations, String path, ObjectNode from, ObjectNode to) {
    from.fieldNames()
        .forEachRemaining(
            name -> {
              if (!to.has(name)) {
                operations.addObject().put("op", "remove").put("path", step(path, name));
              }
            });
    to.properties()
        .forEach(
            entry -> {
              String step = step(path, entry.getKey());
              JsonNode before = from.get(entry.getKey());
              if (before instanceof ObjectNode old && entry.getValue() instanceof ObjectNode now) {
                operations(operations, step, old, now);
              } else if (!entry.getValue().equals(before)) {
                operations
                    .addObject()
                    .put("op", before == null ? "add" : "replace")
                    .put("path", step)
                    .set("value", entry.getValue());
              }
            });
  }

  private static String step(String path, String name) {
    return path + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}
