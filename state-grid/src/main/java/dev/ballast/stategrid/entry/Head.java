package dev.ballast.stategrid.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the index keeps of a document, so that preconditions and the common selections are answered
 * without its bytes.
 *
 * @param uid "" where the document has none
 * @param nodeName spec.nodeName, or ""
 */
public record Head(String uid, String nodeName, Map<String, String> labels) {

  private static final char SEPARATOR = '\n';

  public static final Head EMPTY = new Head("", "", Map.of());

  public Head {
    labels = Map.copyOf(labels);
  }

  /**
   * Reads a document's head in one pass, building no tree.
   *
   * @throws IllegalArgumentException when the bytes are no JSON object
   */
  public static Head of(byte[] json) {
    try (JsonParser parser = Json.tokens(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("a document must be a JSON object");
      }
      String uid = "";
      String nodeName = "";
      Map<String, String> labels = new HashMap<>();
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        boolean object = parser.nextToken() == JsonToken.START_OBJECT;
        if (object && field.equals("metadata")) {
          uid = readMetadata(parser, labels);
        } else if (object && field.equals("spec")) {
          nodeName = readString(parser, "nodeName");
        } else {
          parser.skipChildren();
        }
      }
      return new Head(uid, nodeName, labels);
    } catch (IOException e) {
      throw new IllegalArgumentException("a document must be a JSON object", e);
    }
  }

  private static String readMetadata(JsonParser parser, Map<String, String> labels)
      throws IOException {
    String uid = "";
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (field.equals("uid") && value == JsonToken.VALUE_STRING) {
        uid = parser.getText();
      } else if (field.equals("labels") && value == JsonToken.START_OBJECT) {
        readStrings(parser, labels);
      } else {
        parser.skipChildren();
      }
    }
    return uid;
  }

  private static String readString(JsonParser parser, String wanted) throws IOException {
    String found = "";
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      if (parser.nextToken() == JsonToken.VALUE_STRING && field.equals(wanted)) {
        found = parser.getText();
      }
      parser.skipChildren();
    }
    return found;
  }

  private static void readStrings(JsonParser parser, Map<String, String> into) throws IOException {
    for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
      if (parser.nextToken().isScalarValue()) {
        into.put(field.intern(), parser.getText());
      }
      parser.skipChildren();
    }
  }

  /**
   * The form kept beside an entry in the log, so that a restart need not parse documents: uid, node
   * and then labels and values, with a character between that none of them may hold.
   */
  public String encode() {
    StringBuilder text = new StringBuilder(uid).append(SEPARATOR).append(nodeName);
    labels.forEach(
        (label, value) -> text.append(SEPARATOR).append(label).append(SEPARATOR).append(value));
    return text.toString();
  }

  public static Head decode(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int to = text.indexOf(SEPARATOR); to >= 0; to = text.indexOf(SEPARATOR, from)) {
      parts.add(text.substring(from, to));
      from = to + 1;
    }
    parts.add(text.substring(from));
    if (parts.size() == 2) {
      return new Head(parts.get(0), parts.get(1), Map.of());
    }
    Map<String, String> labels = HashMap.newHashMap(parts.size() / 2);
    for (int i = 2; i + 1 < parts.size(); i += 2) {
      labels.put(parts.get(i).intern(), parts.get(i + 1));
    }
    return new Head(parts.get(0), parts.get(1), labels);
  }
}
