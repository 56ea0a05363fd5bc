package dev.ballast.api.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.schema.Schema;
import io.kubernetes.client.proto.Runtime;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * Writes objects as Go clients do: every scalar that is no pointer is written, set or not, and some
 * messages are nested that JSON has flat.
 */
final class GoEncoder {

  private static final Set<String> NESTED =
      Set.of("volumeSource", "handler", "ephemeralContainerCommon", "localObjectReference");

  private GoEncoder() {}

  static byte[] encode(ObjectNode object, Descriptor descriptor, Schema schema) {
    byte[] raw = message(object, descriptor, schema).toByteArray();
    Descriptor unknown = Runtime.getDescriptor().findMessageTypeByName("Unknown");
    Descriptor typeMeta = Runtime.getDescriptor().findMessageTypeByName("TypeMeta");
    DynamicMessage meta =
        DynamicMessage.newBuilder(typeMeta)
            .setField(typeMeta.findFieldByName("apiVersion"), object.path("apiVersion").asText())
            .setField(typeMeta.findFieldByName("kind"), object.path("kind").asText())
            .build();
    DynamicMessage envelope =
        DynamicMessage.newBuilder(unknown)
            .setField(unknown.findFieldByName("typeMeta"), meta)
            .setField(unknown.findFieldByName("raw"), ByteString.copyFrom(raw))
            .build();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new byte[] {'k', '8', 's', 0});
    all.writeBytes(envelope.toByteArray());
    return all.toByteArray();
  }

  private static DynamicMessage message(JsonNode object, Descriptor descriptor, Schema schema) {
    Schema.ObjectType type = (Schema.ObjectType) schema;
    DynamicMessage.Builder message = DynamicMessage.newBuilder(descriptor);
    for (FieldDescriptor field : descriptor.getFields()) {
      Schema.Field known = type.fields().get(field.getName());
      JsonNode value = object.path(field.getName());
      if (known == null) {
        if (NESTED.contains(field.getName())) {
          message.setField(field, message(object, field.getMessageType(), schema));
        }
      } else if (!value.isMissingNode()) {
        set(message, field, value, known.schema());
      } else if (!known.explicit() && !field.isRepeated()) {
        zero(message, field);
      }
    }
    return message.build();
  }

  private static void zero(DynamicMessage.Builder message, FieldDescriptor field) {
    switch (field.getJavaType()) {
      case INT -> message.setField(field, 0);
      case LONG -> message.setField(field, 0L);
      case BOOLEAN -> message.setField(field, false);
      case STRING -> message.setField(field, "");
      default -> {}
    }
  }

  private static void set(
      DynamicMessage.Builder message, FieldDescriptor field, JsonNode value, Schema schema) {
    if (field.isMapField()) {
      Schema values = ((Schema.MapType) schema).values();
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        Descriptor type = field.getMessageType();
        FieldDescriptor of = type.findFieldByName("value");
        message.addRepeatedField(
            field,
            DynamicMessage.newBuilder(type)
                .setField(type.findFieldByName("key"), entry.getKey())
                .setField(of, single(of, entry.getValue(), values))
                .build());
      }
    } else if (field.isRepeated()) {
      Schema items = ((Schema.ListType) schema).items();
      value.forEach(item -> message.addRepeatedField(field, single(field, item, items)));
    } else {
      message.setField(field, single(field, value, schema));
    }
  }

  private static Object single(FieldDescriptor field, JsonNode value, Schema schema) {
    return switch (field.getJavaType()) {
      case INT -> value.intValue();
      case LONG -> value.longValue();
      case BOOLEAN -> value.booleanValue();
      case STRING -> value.textValue();
      case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(value.textValue()));
      case MESSAGE -> nested(field.getMessageType(), value, schema);
      default -> throw new IllegalStateException(field.getFullName());
    };
  }

  private static DynamicMessage nested(Descriptor type, JsonNode value, Schema schema) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    switch (type.getName()) {
      case "Quantity" -> message.setField(type.findFieldByName("string"), value.asText());
      case "Time", "MicroTime" -> {
        Instant instant = Instant.parse(value.textValue());
        message.setField(type.findFieldByName("seconds"), instant.getEpochSecond());
        message.setField(type.findFieldByName("nanos"), instant.getNano());
      }
      case "IntOrString" -> {
        message.setField(type.findFieldByName("type"), value.isTextual() ? 1L : 0L);
        message.setField(type.findFieldByName("intVal"), value.asInt(0));
        message.setField(
            type.findFieldByName("strVal"), value.isTextual() ? value.textValue() : "");
      }
      case "FieldsV1" ->
          message.setField(type.getFields().getFirst(), ByteString.copyFrom(Json.bytes(value)));
      case "ExtraValue" ->
          value.forEach(
              item -> message.addRepeatedField(type.findFieldByName("items"), item.textValue()));
      default -> {
        return message(value, type, schema);
      }
    }
    return message.build();
  }
}
