package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Sets the defaults that a schema names, wherever their parent object is present; a default that is
 * an object gets its own defaults in turn. Pure but for its argument.
 */
public final class Defaulting {

  private Defaulting() {}

  /** Changes {@code value}, whose types must fit the schema. */
  public static void apply(Schema schema, JsonNode value) {
    if (value.isNull()) {
      return;
    }
    switch (schema) {
      case Schema.ObjectType type ->
          type.fields().values().forEach(field -> field(field, (ObjectNode) value));
      case Schema.ListType list -> value.forEach(item -> apply(list.items(), item));
      case Schema.MapType map -> value.forEach(item -> apply(map.values(), item));
      case Schema.Scalar scalar -> {}
      case Schema.AnyType any -> {}
    }
  }

  private static void field(Schema.Field field, ObjectNode object) {
    JsonNode present = object.get(field.name());
    if (field.isUnset(present)) {
      if (field.defaultValue() == null) {
        return;
      }
      present = field.defaultValue().deepCopy();
      object.set(field.name(), present);
    }
    apply(field.schema(), present);
  }
}
