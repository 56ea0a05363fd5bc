package dev.ballast.api.protobuf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From a message to the tree that JSON would give. The schema leads: it says which zeros are values
 * (Go's encoder writes every field that is no pointer, set or not) and how a type that JSON spells
 * in its own way (quantities, times) is meant. Pure.
 */
final class MessageTree {

  /** Messages that JSON spreads over the fields of their parent. */
  private static final Set<String> INLINE =
      Set.of("volumeSource", "handler", "ephemeralContainerCommon", "localObjectReference");

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private MessageTree() {}

  /** Sets the message's fields on {@code object}; fields that the schema lacks are skipped. */
  static void into(ObjectNode object, Message message, Schema schema) {
    if (!(schema instanceof Schema.ObjectType type)) {
      return;
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor descriptor = entry.getKey();
      Schema.Field field = type.fields().get(descriptor.getName());
      if (field != null) {
        JsonNode value = value(descriptor, entry.getValue(), field.schema());
        if (value != null
            && (field.required() || !field.isUnset(value) && !isFalse(field, value))) {
          object.set(field.name(), value);
        }
      } else if (INLINE.contains(descriptor.getName())) {
        into(object, (Message) entry.getValue(), schema);
      }
    }
  }

  private static boolean isFalse(Schema.Field field, JsonNode value) {
    return !field.explicit() && value.isBoolean() && !value.booleanValue();
  }

  private static JsonNode value(FieldDescriptor descriptor, Object value, Schema schema) {
    if (descriptor.isMapField()) {
      return map((List<?>) value, ((Schema.MapType) schema).values());
    }
    if (!descriptor.isRepeated()) {
      return single(value, schema);
    }
    Schema items = ((Schema.ListType) schema).items();
    ArrayNode array = Json.object().arrayNode();
    ((List<?>) value).forEach(item -> array.add(single(item, items)));
    return array;
  }

  /** Entries are messages with a key and a value. */
  private static JsonNode map(List<?> entries, Schema values) {
    ObjectNode object = Json.object();
    for (Object each : entries) {
      Message entry = (Message) each;
      FieldDescriptor key = entry.getDescriptorForType().findFieldByName("key");
      FieldDescriptor value = entry.getDescriptorForType().findFieldByName("value");
      JsonNode node = single(entry.getField(value), values);
      if (node != null) {
        object.set(String.valueOf(entry.getField(key)), node);
      }
    }
    return object;
  }

  /** Null stands for a value that means "not set". */
  private static JsonNode single(Object value, Schema schema) {
    return switch (value) {
      case String text -> TextNode.valueOf(text);
      case Integer number -> IntNode.valueOf(number);
      // As narrow as the JSON parser would, so that equal numbers are equal nodes.
      case Long number ->
          number == number.intValue()
              ? IntNode.valueOf(number.intValue())
              : LongNode.valueOf(number);
      case Boolean flag -> BooleanNode.valueOf(flag);
      case Double number -> DoubleNode.valueOf(number);
      case ByteString bytes ->
          TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Message message -> message(message, schema);
      default -> throw new IllegalStateException("a field of " + value.getClass());
    };
  }

  private static JsonNode message(Message message, Schema schema) {
    return switch (schema) {
      case Schema.ObjectType type -> {
        ObjectNode object = Json.object();
        into(object, message, type);
        yield object;
      }
      case Schema.Scalar scalar -> scalar(message, scalar);
      case Schema.AnyType any -> raw(message);
      case Schema.ListType list -> wrapped(message, list);
      case Schema.MapType map -> throw new IllegalStateException("a message for a map");
    };
  }

  private static JsonNode scalar(Message message, Schema.Scalar scalar) {
    return switch (scalar.type()) {
      case QUANTITY -> {
        String quantity = (String) field(message, "string");
        yield quantity.isEmpty() ? null : TextNode.valueOf(quantity);
      }
      case INT_OR_STRING -> intOrString(message);
      case STRING -> time(message);
      case INTEGER, NUMBER, BOOLEAN ->
          throw new IllegalStateException("a message for " + scalar.type());
    };
  }

  private static JsonNode intOrString(Message message) {
    return ((Number) field(message, "type")).longValue() == 0
        ? IntNode.valueOf((Integer) field(message, "intVal"))
        : TextNode.valueOf((String) field(message, "strVal"));
  }

  /** A Time or a MicroTime; an empty one is none. */
  private static JsonNode time(Message message) {
    if (message.getAllFields().isEmpty()) {
      return null;
    }
    Instant instant =
        Instant.ofEpochSecond((Long) field(message, "seconds"), (Integer) field(message, "nanos"));
    boolean micro = message.getDescriptorForType().getName().equals("MicroTime");
    return TextNode.valueOf((micro ? MICROS : SECONDS).format(instant));
  }

  /** A RawExtension or FieldsV1: JSON in bytes. */
  private static JsonNode raw(Message message) {
    FieldDescriptor bytes = message.getDescriptorForType().getFields().getFirst();
    String json = ((ByteString) message.getField(bytes)).toString(StandardCharsets.UTF_8);
    try {
      return json.isEmpty() ? null : Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          message.getDescriptorForType().getName() + " holds no JSON: " + e.getMessage(), e);
    }
  }

  /** A list behind a map needs a message around it (ExtraValue). */
  private static JsonNode wrapped(Message message, Schema.ListType list) {
    ArrayNode array = Json.object().arrayNode();
    for (Object item : (List<?>) field(message, "items")) {
      array.add(single(item, list.items()));
    }
    return array;
  }

  private static Object field(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }
}
