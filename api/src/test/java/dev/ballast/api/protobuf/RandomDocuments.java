package dev.ballast.api.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.schema.Schema;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Makes documents that use any field that both a schema and a message know, with values that
 * survive the way through protobuf. One thread.
 */
final class RandomDocuments {

  private static final Set<String> NESTED =
      Set.of("volumeSource", "handler", "ephemeralContainerCommon", "localObjectReference");
  private static final int DEEPEST = 7;

  private final Random random;

  RandomDocuments(Random random) {
    this.random = random;
  }

  ObjectNode object(String apiVersion, String kind, Schema schema, Descriptor message) {
    ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
    fields(object, (Schema.ObjectType) schema, message, 0);
    return object;
  }

  private void fields(ObjectNode into, Schema.ObjectType type, Descriptor message, int depth) {
    Map<String, FieldDescriptor> known = new HashMap<>();
    flatten(message, type, known);
    for (Schema.Field field : type.fields().values()) {
      FieldDescriptor descriptor = known.get(field.name());
      boolean wanted = field.required() || random.nextInt(depth + 2) == 0;
      if (descriptor != null && (wanted || depth == 0) && !into.has(field.name())) {
        JsonNode value = value(field, descriptor, depth);
        if (value != null) {
          into.set(field.name(), value);
        }
      }
    }
  }

  private void flatten(
      Descriptor message, Schema.ObjectType type, Map<String, FieldDescriptor> into) {
    for (FieldDescriptor field : message.getFields()) {
      if (type.fields().containsKey(field.getName())) {
        into.put(field.getName(), field);
      } else if (NESTED.contains(field.getName())) {
        flatten(field.getMessageType(), type, into);
      }
    }
  }

  /** Null where a value would mean "not set" and so be lost on the way. */
  private JsonNode value(Schema.Field field, FieldDescriptor descriptor, int depth) {
    JsonNode value = value(field.schema(), descriptor, depth);
    boolean lost =
        value == null
            || value.isArray() && value.isEmpty()
            || value.isObject() && value.isEmpty() && field.schema() instanceof Schema.MapType
            || !field.required()
                && (field.isUnset(value)
                    || !field.explicit() && value.isBoolean() && !value.booleanValue());
    return lost ? null : value;
  }

  private JsonNode value(Schema schema, FieldDescriptor descriptor, int depth) {
    return switch (schema) {
      case Schema.ObjectType type -> {
        if (depth > DEEPEST) {
          yield null;
        }
        ObjectNode object = Json.object();
        fields(object, type, descriptor.getMessageType(), depth + 1);
        yield object;
      }
      case Schema.ListType list -> list(list, descriptor, depth);
      case Schema.MapType map -> map(map, descriptor, depth);
      case Schema.Scalar scalar -> scalar(scalar, descriptor);
      case Schema.AnyType any -> Json.object().put("f:x", "y");
    };
  }

  private JsonNode list(Schema.ListType list, FieldDescriptor descriptor, int depth) {
    ArrayNode array = Json.object().arrayNode();
    for (int i = random.nextInt(3); i > 0; i--) {
      JsonNode item = value(list.items(), descriptor, depth + 1);
      if (item != null) {
        array.add(item);
      }
    }
    return array;
  }

  private JsonNode map(Schema.MapType map, FieldDescriptor descriptor, int depth) {
    ObjectNode object = Json.object();
    FieldDescriptor values = descriptor.getMessageType().findFieldByName("value");
    for (int i = random.nextInt(3); i > 0; i--) {
      JsonNode value = value(map.values(), values, depth + 1);
      if (value != null) {
        object.set("k" + i, value);
      }
    }
    return object;
  }

  private JsonNode scalar(Schema.Scalar scalar, FieldDescriptor descriptor) {
    return switch (scalar.type()) {
      case INTEGER -> IntNode.valueOf(random.nextInt(5));
      case NUMBER -> DoubleNode.valueOf(random.nextInt(5) + 0.5);
      case BOOLEAN -> BooleanNode.valueOf(random.nextBoolean());
      case QUANTITY -> TextNode.valueOf(random.nextInt(100) + "Mi");
      case INT_OR_STRING ->
          random.nextBoolean()
              ? IntNode.valueOf(random.nextInt(100))
              : TextNode.valueOf(random.nextInt(100) + "%");
      case STRING -> text(scalar, descriptor);
    };
  }

  private JsonNode text(Schema.Scalar scalar, FieldDescriptor descriptor) {
    return TextNode.valueOf(
        switch (scalar.format()) {
          case "byte" -> Base64.getEncoder().encodeToString(new byte[] {0, (byte) 200, 3});
          case "date-time" -> {
            String second = Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE)).toString();
            boolean micro = descriptor.getMessageType().getName().equals("MicroTime");
            yield micro ? second.replace("Z", ".000042Z") : second;
          }
          default -> random.nextInt(4) == 0 ? "" : "text" + random.nextInt(9);
        });
  }
}
