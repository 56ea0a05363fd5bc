package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.quantity.Quantity;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the first value whose JSON type does not fit a schema, worded as the Go decoder inside
 * kube-apiserver words it, which clients show to people as it is. Paths have no list indexes there.
 * Pure.
 */
public final class TypeCheck {

  private static final String TIME = "dddd-dd-ddTdd:dd:dd";

  private TypeCheck() {}

  /** What is wrong with the first misfit in document order; empty when every type fits. */
  public static Optional<String> firstMismatch(Schema schema, JsonNode document) {
    return Optional.ofNullable(visit(schema, document, new Place("", "")));
  }

  /**
   * Where the walk is.
   *
   * @param owner simple name of the innermost object type
   * @param path field names from the root, without indexes and map keys
   */
  private record Place(String owner, String path) {}

  private static String visit(Schema schema, JsonNode value, Place place) {
    if (value.isNull()) {
      return null;
    }
    return switch (schema) {
      case Schema.ObjectType type ->
          value.isObject() ? fields(type, value, place) : misfit(value, place, goType(type));
      case Schema.ListType list -> {
        if (!value.isArray()) {
          yield misfit(value, place, goType(list));
        }
        yield firstOf(list.items(), value, place);
      }
      case Schema.MapType map -> {
        if (!value.isObject()) {
          yield misfit(value, place, goType(map));
        }
        yield firstOf(map.values(), value, place);
      }
      case Schema.Scalar scalar -> scalar(scalar, value, place);
      case Schema.AnyType any -> null;
    };
  }

  private static String firstOf(Schema schema, JsonNode values, Place place) {
    for (JsonNode value : values) {
      String misfit = visit(schema, value, place);
      if (misfit != null) {
        return misfit;
      }
    }
    return null;
  }

  private static String fields(Schema.ObjectType type, JsonNode value, Place place) {
    String owner = simpleName(type.name());
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      Schema.Field field = type.fields().get(entry.getKey());
      if (field != null) {
        Place inside = new Place(owner, UnknownFields.join(place.path(), entry.getKey()));
        String misfit = visit(field.schema(), entry.getValue(), inside);
        if (misfit != null) {
          return misfit;
        }
      }
    }
    return null;
  }

  private static String scalar(Schema.Scalar scalar, JsonNode value, Place place) {
    return switch (scalar.type()) {
      case STRING -> text(scalar, value, place);
      case BOOLEAN -> value.isBoolean() ? null : misfit(value, place, "bool");
      case NUMBER -> value.isNumber() ? null : misfit(value, place, "float64");
      case INTEGER -> integer(scalar, value, place);
      case INT_OR_STRING ->
          value.isTextual() || value.isIntegralNumber() && value.canConvertToInt()
              ? null
              : "json: cannot unmarshal " + written(value) + " into Go value of type int32";
      case QUANTITY -> quantity(value);
    };
  }

  private static String integer(Schema.Scalar scalar, JsonNode value, Place place) {
    String type = scalar.format().isEmpty() ? "int64" : scalar.format();
    if (!value.isNumber()) {
      return misfit(value, place, type);
    }
    boolean fits =
        value.isIntegralNumber()
            && (type.equals("int32") ? value.canConvertToInt() : value.canConvertToLong());
    return fits ? null : cannot("number " + value.asText(), place, type);
  }

  private static String text(Schema.Scalar scalar, JsonNode value, Place place) {
    boolean time = scalar.format().equals("date-time");
    if (!value.isTextual()) {
      String type = scalar.format().equals("byte") ? "[]uint8" : "string";
      return time
          ? "json: cannot unmarshal " + written(value) + " into Go value of type string"
          : misfit(value, place, type);
    }
    return switch (scalar.format()) {
      case "date-time" -> time(value.textValue());
      case "byte" -> base64(value.textValue());
      default -> null;
    };
  }

  private static String time(String text) {
    if (isPlainTime(text)) {
      return null;
    }
    try {
      OffsetDateTime.parse(text);
      return null;
    } catch (DateTimeException notIso8601) {
      return "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"%s\" as \"2006\""
          .formatted(text, text);
    }
  }

  /**
   * A time as nearly all are written, UTC with a fraction or none, on a day that every month has.
   * Looked at without the parser, which takes half of the time that the whole check does.
   */
  private static boolean isPlainTime(String text) {
    int last = text.length() - 1;
    if (last < TIME.length() || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < last; i++) {
      char pattern = i < TIME.length() ? TIME.charAt(i) : i == TIME.length() ? '.' : 'd';
      char c = text.charAt(i);
      if (pattern == 'd' ? c < '0' || c > '9' : c != pattern) {
        return false;
      }
    }
    int fraction = last - TIME.length() - 1;
    return fraction != 0
        && fraction <= 9
        && between(text, 5, 1, 12)
        && between(text, 8, 1, 28)
        && between(text, 11, 0, 23)
        && between(text, 14, 0, 59)
        && between(text, 17, 0, 59);
  }

  private static boolean between(String text, int at, int least, int most) {
    int number = 10 * (text.charAt(at) - '0') + text.charAt(at + 1) - '0';
    return number >= least && number <= most;
  }

  private static String quantity(JsonNode value) {
    try {
      Quantity.parse(value.isContainerNode() ? "" : value.asText().trim());
      return null;
    } catch (IllegalArgumentException unparseable) {
      return unparseable.getMessage();
    }
  }

  /** Null when Go's standard decoder takes the text: padded, line breaks ignored. */
  private static String base64(String text) {
    int digits = 0;
    int padding = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        continue;
      }
      boolean digit =
          c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || c >= '0' && c <= '9'
              || c == '+'
              || c == '/';
      boolean pad = c == '=' && (digits % 4 == 2 || digits % 4 == 3) && digits % 4 + padding < 4;
      if (pad) {
        padding++;
      } else if (digit && padding == 0) {
        digits++;
      } else {
        return "illegal base64 data at input byte " + i;
      }
    }
    boolean whole = (digits + padding) % 4 == 0;
    return whole ? null : "illegal base64 data at input byte " + text.length() / 4 * 4;
  }

  private static String misfit(JsonNode value, Place place, String goType) {
    return cannot(written(value), place, goType);
  }

  private static String cannot(String written, Place place, String goType) {
    return place.path().isEmpty()
        ? "json: cannot unmarshal %s into Go value of type %s".formatted(written, goType)
        : "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
            .formatted(written, place.owner(), place.path(), goType);
  }

  private static String written(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case ARRAY -> "array";
      default -> "object";
    };
  }

  private static String goType(Schema schema) {
    return switch (schema) {
      case Schema.ObjectType type -> "v1." + simpleName(type.name());
      case Schema.ListType list -> "[]" + goType(list.items());
      case Schema.MapType map -> "map[string]" + goType(map.values());
      case Schema.Scalar scalar ->
          switch (scalar.type()) {
            case STRING -> scalar.format().equals("byte") ? "[]uint8" : "string";
            case BOOLEAN -> "bool";
            case NUMBER -> "float64";
            case INTEGER -> scalar.format().isEmpty() ? "int64" : scalar.format();
            case INT_OR_STRING -> "intstr.IntOrString";
            case QUANTITY -> "resource.Quantity";
          };
      case Schema.AnyType any -> "runtime.RawExtension";
    };
  }

  private static String simpleName(String definition) {
    return definition.substring(definition.lastIndexOf('.') + 1);
  }
}
