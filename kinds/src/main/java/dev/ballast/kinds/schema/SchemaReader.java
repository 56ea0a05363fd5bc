package dev.ballast.kinds.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.schema.Schema.ListStrategy;
import dev.ballast.kinds.schema.Schema.Scalar;
import dev.ballast.kinds.schema.Schema.ScalarType;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads schema data. Two passes, since types refer to each other: names first, then fields. Used
 * once by one thread.
 */
final class SchemaReader {

  private static final Map<String, Scalar> SCALARS =
      Map.of(
          "string", scalar(ScalarType.STRING, ""),
          "bytes", scalar(ScalarType.STRING, "byte"),
          "time", scalar(ScalarType.STRING, "date-time"),
          "microtime", scalar(ScalarType.STRING, "date-time"),
          "int32", scalar(ScalarType.INTEGER, "int32"),
          "int64", scalar(ScalarType.INTEGER, "int64"),
          "double", scalar(ScalarType.NUMBER, "double"),
          "bool", scalar(ScalarType.BOOLEAN, ""),
          "int-or-string", scalar(ScalarType.INT_OR_STRING, "int-or-string"),
          "quantity", scalar(ScalarType.QUANTITY, ""));

  private static final Schema ANY = new Schema.AnyType("");

  private final Map<String, NamedType> types = new LinkedHashMap<>();
  private final Map<String, Schema> simpleTypes = new HashMap<>();

  Map<String, NamedType> read(BufferedReader data) throws IOException {
    Map<NamedType, List<String>> bodies = new LinkedHashMap<>();
    List<String> body = null;
    for (String line = data.readLine(); line != null; line = data.readLine()) {
      if (line.startsWith("type ")) {
        body = new ArrayList<>();
        bodies.put(declare(line), body);
      } else if (line.startsWith("  ") && body != null) {
        body.add(line.strip());
      } else if (!line.isBlank() && !line.startsWith("#")) {
        throw new IllegalArgumentException("neither a type nor a field: " + line);
      }
    }
    bodies.forEach((type, lines) -> type.fill(fields(lines)));
    return Collections.unmodifiableMap(types);
  }

  private NamedType declare(String line) {
    Line words = Line.of(line);
    String name = words.words()[1];
    NamedType type =
        new NamedType(
            SchemaCatalog.definitionName(name), words.flags(2).containsKey("atomic"), words.text());
    if (types.put(name, type) != null) {
      throw new IllegalArgumentException("type " + name + " twice");
    }
    return type;
  }

  private Map<String, Schema.Field> fields(List<String> lines) {
    Map<String, Schema.Field> fields = LinkedHashMap.newLinkedHashMap(lines.size());
    for (String line : lines) {
      Schema.Field field = field(line);
      fields.put(field.name(), field);
    }
    return Collections.unmodifiableMap(fields);
  }

  private Schema.Field field(String line) {
    Line words = Line.of(line);
    Map<String, String> flags = words.flags(2);
    return new Schema.Field(
        words.words()[0].intern(),
        schema(words.words()[1], flags),
        flags.containsKey("required"),
        defaultValue(flags.get("default"), line),
        words.text(),
        flags.containsKey("mandatory"),
        flags.getOrDefault("rule", ""),
        flags.getOrDefault("patch", ""),
        flags.containsKey("explicit"));
  }

  private Schema schema(String type, Map<String, String> flags) {
    if (type.startsWith("[")) {
      return list(reference(inner(type), flags), flags);
    }
    if (type.startsWith("{") && flags.containsKey("atomic")) {
      return new Schema.MapType(reference(inner(type), Map.of()), true, "");
    }
    return reference(type, flags);
  }

  private Schema.ListType list(Schema items, Map<String, String> flags) {
    boolean merged = flags.getOrDefault("patch", "").contains("merge");
    List<String> mergeKeys = names(flags.get("key"));
    List<String> mapKeys = names(flags.get("map"));
    ListStrategy strategy =
        !merged ? ListStrategy.ATOMIC : mergeKeys.isEmpty() ? ListStrategy.SET : ListStrategy.MAP;
    ListStrategy topology =
        flags.containsKey("set")
            ? ListStrategy.SET
            : mapKeys.isEmpty() ? ListStrategy.ATOMIC : ListStrategy.MAP;
    return new Schema.ListType(items, strategy, mergeKeys, topology, mapKeys, "");
  }

  /** A type without list semantics of its own; equal ones are shared. */
  private Schema reference(String type, Map<String, String> flags) {
    if (flags.containsKey("enum")) {
      Scalar plain = SCALARS.get(type);
      return new Scalar(plain.type(), plain.format(), names(flags.get("enum")), "");
    }
    NamedType named = types.get(type);
    return named != null ? named : simpleTypes.computeIfAbsent(type, this::simple);
  }

  private Schema simple(String type) {
    if (type.startsWith("{")) {
      return new Schema.MapType(deep(inner(type)), "");
    }
    if (type.startsWith("[")) {
      return list(deep(inner(type)), Map.of());
    }
    if (type.equals("any") || type.equals("fields")) {
      return ANY;
    }
    Scalar scalar = SCALARS.get(type);
    if (scalar == null) {
      throw new IllegalArgumentException("unknown type " + type);
    }
    return scalar;
  }

  private Schema deep(String type) {
    NamedType named = types.get(type);
    return named != null ? named : simple(type);
  }

  private static String inner(String type) {
    return type.substring(1, type.length() - 1);
  }

  private static List<String> names(String list) {
    return list == null ? List.of() : List.of(list.split(","));
  }

  private static JsonNode defaultValue(String json, String line) {
    try {
      return json == null ? null : Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("default of: " + line, e);
    }
  }

  private static Scalar scalar(ScalarType type, String format) {
    return new Scalar(type, format, List.of(), "");
  }

  /** A line in words, with the text after the bar apart. */
  private record Line(String[] words, String text) {

    static Line of(String line) {
      int bar = line.indexOf(" | ");
      String head = bar < 0 ? line : line.substring(0, bar);
      return new Line(head.strip().split(" "), bar < 0 ? "" : line.substring(bar + 3));
    }

    /** {@code rule(port)} as rule → port, {@code required} as required → "". */
    Map<String, String> flags(int from) {
      if (from >= words.length) {
        return Map.of();
      }
      Map<String, String> flags = new HashMap<>();
      for (int i = from; i < words.length; i++) {
        String word = words[i];
        int open = word.indexOf('(');
        if (open < 0) {
          flags.put(word, "");
        } else {
          flags.put(word.substring(0, open), word.substring(open + 1, word.length() - 1));
        }
      }
      return flags;
    }
  }
}
