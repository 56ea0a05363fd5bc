package dev.ballast.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts documents out of answers. A server of ours sends them in stored form, so their bytes are
 * taken as they are, without building trees; any other form is brought into it. Pure.
 */
final class WireDocuments {

  private WireDocuments() {}

  /**
   * @param metadata of the list: resourceVersion, continue, remainingItemCount
   */
  record Listed(JsonNode metadata, List<Document> documents) {}

  /**
   * @param object the event's object, uncut
   */
  record WireEvent(String type, byte[] object) {}

  static Listed list(Discovery.Served served, byte[] body) throws IOException {
    JsonNode metadata = Json.object();
    List<Document> documents = new ArrayList<>();
    try (JsonParser parser = Json.MAPPER.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("metadata") && value == JsonToken.START_OBJECT) {
          metadata = Json.parse(cut(parser, body));
        } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            documents.add(document(served, cut(parser, body)));
          }
        } else {
          parser.skipChildren();
        }
      }
    }
    return new Listed(metadata, documents);
  }

  static WireEvent event(byte[] line) throws IOException {
    String type = "";
    byte[] object = new byte[0];
    try (JsonParser parser = Json.MAPPER.createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("type")) {
          type = parser.getText();
        } else if (field.equals("object") && value == JsonToken.START_OBJECT) {
          object = cut(parser, line);
        } else {
          parser.skipChildren();
        }
      }
    }
    return new WireEvent(type, object);
  }

  static Document document(Discovery.Served served, byte[] json) throws IOException {
    String expected =
        "{\"apiVersion\":\""
            + served.apiVersion()
            + "\",\"kind\":\""
            + served.kind()
            + "\",\"metadata\":{\"resourceVersion\":\"";
    byte[] start = expected.getBytes(StandardCharsets.UTF_8);
    boolean stored =
        json.length > start.length && Arrays.equals(json, 0, start.length, start, 0, start.length);
    return stored ? storedForm(served, json) : normalised(served, json);
  }

  private static Document storedForm(Discovery.Served served, byte[] json) throws IOException {
    String name = "";
    String namespace = "";
    long revision = 0;
    try (JsonParser parser = Json.MAPPER.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME
          && !parser.currentName().equals("metadata")) {
        parser.nextToken();
        parser.skipChildren();
      }
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "name" -> name = parser.getText();
          case "namespace" -> namespace = parser.getText();
          case "resourceVersion" -> revision = Long.parseLong(parser.getText());
          default -> parser.skipChildren();
        }
      }
    }
    return new Document(new ObjectKey(served.type(), namespace, name), revision, json);
  }

  private static Document normalised(Discovery.Served served, byte[] json) {
    ObjectNode tree = Json.parse(json);
    tree.put("apiVersion", served.apiVersion()).put("kind", served.kind());
    JsonNode metadata = tree.path("metadata");
    long revision = metadata.path("resourceVersion").asLong();
    ObjectKey key =
        new ObjectKey(
            served.type(), metadata.path("namespace").asText(), metadata.path("name").asText());
    return new Document(key, revision, Json.stamp(Json.storable(tree), revision));
  }

  /** The bytes of the object that the parser stands at the beginning of; it ends behind it. */
  private static byte[] cut(JsonParser parser, byte[] source) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int to = (int) parser.currentLocation().getByteOffset();
    return Arrays.copyOfRange(source, from, to);
  }
}
