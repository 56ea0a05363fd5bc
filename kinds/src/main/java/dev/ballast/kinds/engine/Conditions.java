package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Status conditions on document trees. Pure but for its argument. */
final class Conditions {

  private Conditions() {}

  /** Sets one condition; its transition time moves only when its status does. */
  static void set(
      ObjectNode document,
      String type,
      String status,
      String reason,
      String message,
      String timestamp) {
    ArrayNode conditions = document.withObjectProperty("status").withArrayProperty("conditions");
    ObjectNode condition = find(conditions, type);
    if (!condition.path("status").asText("").equals(status)) {
      condition.put("lastTransitionTime", timestamp);
    }
    condition.put("type", type).put("status", status);
    put(condition, "reason", reason);
    put(condition, "message", message);
  }

  private static ObjectNode find(ArrayNode conditions, String type) {
    for (JsonNode condition : conditions) {
      if (condition.path("type").asText().equals(type)) {
        return (ObjectNode) condition;
      }
    }
    return conditions.addObject();
  }

  private static void put(ObjectNode condition, String field, String text) {
    if (text.isEmpty()) {
      condition.remove(field);
    } else {
      condition.put(field, text);
    }
  }
}
