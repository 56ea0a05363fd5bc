package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/**
 * Drops what a schema does not know, and nulls, which mean "absent" everywhere in a typed object. A
 * null in a map of scalars becomes the zero value, as Go's decoder has it. Pure but for its
 * argument.
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
      case Schema.ListType list -> value.forEach(item -> apply(list.items(), item));
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

  private static void entries(Schema.MapType map, ObjectNode object) {
    object
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isNull()
                  && map.values() instanceof Schema.Scalar scalar
                  && scalar.type() == Schema.ScalarType.STRING) {
                entry.setValue(object.textNode(""));
              } else {
                apply(map.values(), entry.getValue());
              }
            });
  }
}
