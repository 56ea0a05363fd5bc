package dev.ballast.api.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/** Reads JSON from strangers: bounded in depth, telling duplicate fields, exact about the rest. */
final class JsonBodies {

  private static final int DEPTH = 200;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
          .build();

  private final JsonParser parser;
  private final List<String> duplicates = new ArrayList<>();

  private JsonBodies(JsonParser parser) {
    this.parser = parser;
  }

  static Body read(byte[] json) {
    try (JsonParser parser = FACTORY.createParser(Utf8.text(json))) {
      if (parser.nextToken() == null) {
        return new Body.Malformed("unexpected end of JSON input");
      }
      JsonBodies reader = new JsonBodies(parser);
      JsonNode tree = reader.value("");
      if (parser.nextToken() != null) {
        return new Body.Malformed("there is more behind the end of the document");
      }
      return new Body.Decoded(tree, reader.duplicates);
    } catch (CharacterCodingException notUtf8) {
      return new Body.Malformed("the body is not well-formed UTF-8");
    } catch (JsonParseException e) {
      return new Body.Malformed(
          "%s (line %d, column %d)"
              .formatted(
                  e.getOriginalMessage(),
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr()));
    } catch (IOException e) {
      return new Body.Malformed(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private JsonNode value(String path) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(path);
      case START_ARRAY -> array(path);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(parser, "unexpected " + parser.currentToken());
    };
  }

  private JsonNode integer() throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private ObjectNode object(String path) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String at = path.isEmpty() ? name : path + "." + name;
      parser.nextToken();
      if (object.replace(name, value(at)) != null) {
        duplicates.add("duplicate field \"" + at + "\"");
      }
    }
    return object;
  }

  private ArrayNode array(String path) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(path + "[" + array.size() + "]"));
    }
    return array;
  }
}
