package dev.ballast.kinds.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.schema.Schema;
import dev.ballast.kinds.schema.Schema.ListStrategy;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

/** Documents that fit a schema, small and full of collisions. One seed, one document. */
public final class RandomDocuments {

  private static final int DEEPEST = 7;

  private final Random random;

  public RandomDocuments(long seed) {
    this.random = new Random(seed);
  }

  public ObjectNode of(Schema.ObjectType type) {
    return object(type, 0);
  }

  private ObjectNode object(Schema.ObjectType type, int depth) {
    ObjectNode object = Json.object();
    for (Schema.Field field : type.fields().values()) {
      if (depth < DEEPEST && random.nextInt(3) == 0) {
        object.set(field.name(), value(field.schema(), depth + 1));
      }
    }
    return object;
  }

  private JsonNode value(Schema schema, int depth) {
    return switch (schema) {
      case Schema.ObjectType type -> object(type, depth);
      case Schema.ListType list -> list(list, depth);
      case Schema.MapType map -> {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(3); i > 0; i--) {
          object.set("k" + random.nextInt(3), value(map.values(), depth + 1));
        }
        yield object;
      }
      case Schema.Scalar scalar -> scalar(scalar);
      case Schema.AnyType any -> Json.object().put("any", random.nextInt(3));
    };
  }

  private JsonNode list(Schema.ListType list, int depth) {
    ArrayNode array = Json.object().arrayNode();
    Set<JsonNode> seen = new LinkedHashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      JsonNode item = value(list.items(), depth + 1);
      if (list.strategy() == ListStrategy.MAP) {
        String key = list.mergeKeys().getFirst();
        ((ObjectNode) item).put(key, "m" + random.nextInt(4));
        item = seen.add(item.get(key)) ? item : null;
      } else if (list.strategy() == ListStrategy.SET) {
        item = seen.add(item) ? item : null;
      }
      if (item != null) {
        array.add(item);
      }
    }
    return array;
  }

  private JsonNode scalar(Schema.Scalar scalar) {
    ObjectNode factory = Json.object();
    return switch (scalar.type()) {
      case INTEGER, NUMBER -> factory.numberNode(random.nextInt(3));
      case BOOLEAN -> factory.booleanNode(random.nextBoolean());
      case QUANTITY -> factory.textNode(random.nextInt(3) + "Mi");
      case STRING, INT_OR_STRING -> factory.textNode(text(scalar));
    };
  }

  private String text(Schema.Scalar scalar) {
    if (!scalar.allowed().isEmpty()) {
      return scalar.allowed().get(random.nextInt(scalar.allowed().size()));
    }
    return switch (scalar.format()) {
      case "date-time" -> "2026-01-02T03:04:0" + random.nextInt(3) + "Z";
      case "byte" -> "AAA" + random.nextInt(3);
      default -> "s" + random.nextInt(3);
    };
  }
}
