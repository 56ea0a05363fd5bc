package dev.ballast.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import dev.ballast.core.resource.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Encodes an OpenAPI v2 document as the protobuf message openapi.v2.Document, the only form that
 * kubectl before 1.27 reads. The numbers are the field numbers of gnostic's OpenAPIv2.proto. Pure.
 */
final class SwaggerProtobuf {

  private SwaggerProtobuf() {}

  static byte[] encode(JsonNode document) {
    Message message = new Message();
    message.text(1, document.path("swagger"));
    message.message(2, info(document.path("info")));
    Message paths = new Message();
    document
        .path("paths")
        .properties()
        .forEach(path -> paths.message(2, named(path.getKey(), pathItem(path.getValue()))));
    message.message(8, paths);
    message.message(9, schemas(document.path("definitions")));
    return message.bytes();
  }

  private static Message info(JsonNode info) {
    return new Message().text(1, info.path("title")).text(2, info.path("version"));
  }

  private static Message pathItem(JsonNode item) {
    Message message = new Message();
    Map<String, Integer> methods =
        Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "options", 6, "head", 7, "patch", 8);
    item.properties()
        .forEach(
            entry -> {
              Integer number = methods.get(entry.getKey());
              if (number != null) {
                message.message(number, operation(entry.getValue()));
              }
            });
    item.path("parameters").forEach(each -> message.message(9, parameter(each)));
    return message;
  }

  private static Message operation(JsonNode operation) {
    Message message = new Message();
    message.text(3, operation.path("description"));
    message.text(5, operation.path("operationId"));
    operation.path("produces").forEach(each -> message.text(6, each));
    operation.path("consumes").forEach(each -> message.text(7, each));
    operation.path("parameters").forEach(each -> message.message(8, parameter(each)));
    Message responses = new Message();
    operation
        .path("responses")
        .properties()
        .forEach(each -> responses.message(1, named(each.getKey(), response(each.getValue()))));
    message.message(9, responses);
    operation.path("schemes").forEach(each -> message.text(10, each));
    extensions(operation, message, 13);
    return message;
  }

  /** ParametersItem of a Parameter. */
  private static Message parameter(JsonNode parameter) {
    Message item = new Message();
    String in = parameter.path("in").asText();
    if (in.equals("body")) {
      Message body =
          new Message()
              .text(2, parameter.path("name"))
              .text(3, parameter.path("in"))
              .flag(4, parameter.path("required"))
              .message(5, schema(parameter.path("schema")));
      item.message(1, body);
    } else {
      Message plain =
          new Message()
              .flag(1, parameter.path("required"))
              .text(2, parameter.path("in"))
              .text(3, parameter.path("description"))
              .text(4, parameter.path("name"));
      boolean query = in.equals("query");
      plain.text(query ? 6 : 5, parameter.path("type"));
      plain.flag(query ? 20 : 19, parameter.path("uniqueItems"));
      item.message(2, new Message().message(query ? 3 : 4, plain));
    }
    return new Message().message(1, item);
  }

  /** ResponseValue of a Response. */
  private static Message response(JsonNode response) {
    Message message = new Message().text(1, response.path("description"));
    if (response.has("schema")) {
      message.message(2, new Message().message(1, schema(response.path("schema"))));
    }
    return new Message().message(1, message);
  }

  /** Definitions and Properties have the same shape. */
  private static Message schemas(JsonNode schemas) {
    Message message = new Message();
    schemas
        .properties()
        .forEach(each -> message.message(1, named(each.getKey(), schema(each.getValue()))));
    return message;
  }

  private static Message schema(JsonNode schema) {
    Message message = new Message();
    message.text(1, schema.path("$ref"));
    message.text(2, schema.path("format"));
    message.text(4, schema.path("description"));
    schema.path("required").forEach(each -> message.text(19, each));
    schema.path("enum").forEach(each -> message.message(20, any(each)));
    if (schema.has("additionalProperties")) {
      message.message(21, new Message().message(1, schema(schema.path("additionalProperties"))));
    }
    if (schema.has("type")) {
      message.message(22, new Message().text(1, schema.path("type")));
    }
    if (schema.has("items")) {
      message.message(23, new Message().message(1, schema(schema.path("items"))));
    }
    if (schema.has("properties")) {
      message.message(25, schemas(schema.path("properties")));
    }
    extensions(schema, message, 31);
    return message;
  }

  private static void extensions(JsonNode node, Message message, int number) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getKey().startsWith("x-")) {
        message.message(number, named(entry.getKey(), any(entry.getValue())));
      }
    }
  }

  /** Any value as YAML, of which JSON is a part. */
  private static Message any(JsonNode value) {
    return new Message().text(2, new String(Json.bytes(value), StandardCharsets.UTF_8));
  }

  private static Message named(String name, Message value) {
    return new Message().text(1, name).message(2, value);
  }

  /** A message being written. */
  private static final class Message {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Writes nothing where there is nothing. */
    Message text(int number, JsonNode value) {
      return value.isMissingNode() ? this : text(number, value.asText());
    }

    Message text(int number, String value) {
      return write(out -> out.writeString(number, value));
    }

    Message flag(int number, JsonNode value) {
      return value.asBoolean() ? write(out -> out.writeBool(number, true)) : this;
    }

    Message message(int number, Message value) {
      return write(out -> out.writeByteArray(number, value.bytes()));
    }

    private Message write(Writing writing) {
      try {
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 256);
        writing.to(out);
        out.flush();
        return this;
      } catch (IOException impossibleInMemory) {
        throw new UncheckedIOException(impossibleInMemory);
      }
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  @FunctionalInterface
  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }
}
