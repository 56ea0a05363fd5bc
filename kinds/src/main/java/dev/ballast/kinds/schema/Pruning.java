package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeCreator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/**
 * Drops what a schema does not know, and nulls, which mean "absent" everywhere in a typed object. A
 * null in a list or a map becomes the zero value of its type, as Go's decoder has it. Pure but for
 * its argument.
 */
public final class Pruning {

  private Pruning() {}

  /** Changes {@code value}, whose types must fit the schema. */
  public static void apply(Schema schema, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    switch (schema) {
      case Schema.ObjectType type -> fields(type, (ObjectNode) value);
      case Schema.ListType list -> items(list, (ArrayNode) value);
      case Schema.MapType map -> entries(map, (ObjectNode) value);
      case Schema.Scalar scalar -> {}
      case Schema.AnyType any -> {}
    }
  }

  private static void fields(Schema.ObjectType type, ObjectNode object) {
    Iterator<Map.Entry<String, JsonNode>> entries = object.properties().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      Schema.Field field = type.fields().get(entry.getKey());
      if (field == null) {
        if (!type.preserveUnknown()) {
          entries.remove();
        }
      } else if (entry.getValue().isNull()) {
        entries.remove();
      } else {
        apply(field.schema(), entry.getValue());
      }
    }
  }

  private static void items(Schema.ListType list, ArrayNode array) {
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isNull()) {
        array.set(i, zero(list.items(), array));
      } else {
        apply(list.items(), array.get(i));
      }
    }
  }

  private static void entries(Schema.MapType map, ObjectNode object) {
    object
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isNull()) {
                entry.setValue(zero(map.values(), object));
              } else {
                apply(map.values(), entry.getValue());
              }
            });
  }

  private static JsonNode zero(Schema schema, JsonNodeCreator nodes) {
    return switch (schema) {
      case Schema.ObjectType type -> nodes.objectNode();
      case Schema.MapType map -> nodes.objectNode();
      case Schema.ListType list -> nodes.arrayNode();
      case Schema.AnyType any -> nodes.nullNode();
      case Schema.Scalar scalar ->
          switch (scalar.type()) {
            case STRING -> nodes.textNode("");
            case INTEGER, NUMBER, INT_OR_STRING -> nodes.numberNode(0);
            case BOOLEAN -> nodes.booleanNode(false);
            case QUANTITY -> nodes.textNode("0");
          };
    };
  }
}
