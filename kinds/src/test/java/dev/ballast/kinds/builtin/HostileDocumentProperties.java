package dev.ballast.kinds.builtin;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.SchemaCheck;
import dev.ballast.kinds.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a client writes is accepted or refused; nothing that it writes breaks a check. */
class HostileDocumentProperties {

  private static final List<String> VALUES =
      List.of(
          "null",
          "[]",
          "{}",
          "''",
          "'x'",
          "'-1'",
          "'..'",
          "'9'",
          "-1",
          "0",
          "1",
          "1e9",
          "true",
          "[null]",
          "[{}]",
          "['']",
          "{'a':null}",
          "{'':''}",
          "'" + "a-".repeat(200) + "'");

  @Property(tries = 2000)
  void nothingBreaksAKindsChecks(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<String> kinds = List.copyOf(new java.util.TreeSet<>(ValidationTest.FINE.keySet()));
    Kind kind = Trees.kind(kinds.get(random.nextInt(kinds.size())));
    ObjectNode fine = Trees.prepared(kind, Trees.yaml(ValidationTest.FINE.get(kind.kind())));
    ObjectNode hostile = fine.deepCopy();
    for (int i = random.nextInt(4); i >= 0; i--) {
      damage(hostile, (Schema.ObjectType) kind.schema(), random);
    }
    if (SchemaCheck.typeMismatch(kind, hostile).isPresent()) {
      return;
    }
    assertNotNull(SchemaCheck.unknownFields(kind, hostile));
    SchemaCheck.prune(kind, hostile);
    hostile.withObjectProperty("metadata").put("uid", "u");
    SchemaCheck.applyDefaults(kind, hostile);
    kind.hooks().prepareForCreate(hostile);
    assertNotNull(SchemaCheck.check(kind, hostile));
    assertNotNull(SchemaCheck.checkUpdate(kind, hostile, fine, ""));
    assertNotNull(SchemaCheck.checkUpdate(kind, fine, hostile, "status"));
    kind.hooks().gracePeriodSeconds(hostile);
  }

  /** Sets some field of some object to some value. */
  private static void damage(ObjectNode document, Schema.ObjectType schema, Random random)
      throws Exception {
    List<Spot> spots = new ArrayList<>();
    collect(document, schema, spots);
    Spot spot = spots.get(random.nextInt(spots.size()));
    List<String> fields = List.copyOf(spot.type().fields().keySet());
    String value = VALUES.get(random.nextInt(VALUES.size())).replace('\'', '"');
    spot.object().set(fields.get(random.nextInt(fields.size())), Json.MAPPER.readTree(value));
  }

  private record Spot(ObjectNode object, Schema.ObjectType type) {}

  private static void collect(JsonNode value, Schema schema, List<Spot> spots) {
    switch (schema) {
      case Schema.ObjectType type -> {
        if (value instanceof ObjectNode object) {
          if (!type.fields().isEmpty()) {
            spots.add(new Spot(object, type));
          }
          for (Map.Entry<String, JsonNode> entry : object.properties()) {
            Schema.Field field = type.fields().get(entry.getKey());
            if (field != null) {
              collect(entry.getValue(), field.schema(), spots);
            }
          }
        }
      }
      case Schema.ListType list -> {
        if (value instanceof ArrayNode array) {
          array.forEach(item -> collect(item, list.items(), spots));
        }
      }
      case Schema.MapType map -> {}
      case Schema.Scalar scalar -> {}
      case Schema.AnyType any -> {}
    }
  }
}
