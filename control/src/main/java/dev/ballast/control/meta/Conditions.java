package dev.ballast.control.meta;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.model.Condition;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists of status conditions. A transition time moves only when the status does. Pure. */
public final class Conditions {

  private Conditions() {}

  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
  }

  public static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).map(Condition::isTrue).orElse(false);
  }

  /** The list with this condition set, in its old place or at the end. */
  public static List<Condition> with(
      List<Condition> conditions,
      String type,
      String status,
      String reason,
      String message,
      Now now) {
    List<Condition> result = new ArrayList<>(conditions);
    Condition before = find(conditions, type).orElse(null);
    String since =
        before != null && before.status().equals(status) && !before.lastTransitionTime().isEmpty()
            ? before.lastTransitionTime()
            : Rfc3339.text(now.wall());
    Condition after =
        new Condition(
            type,
            status,
            reason,
            message,
            since,
            before == null ? "" : before.lastHeartbeatTime(),
            before == null ? "" : before.lastUpdateTime());
    if (before == null) {
      result.add(after);
    } else {
      result.set(conditions.indexOf(before), after);
    }
    return result;
  }

  public static List<Condition> without(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> !c.type().equals(type)).toList();
  }

  /** The wire form; absent fields are left out. */
  public static ArrayNode node(List<Condition> conditions) {
    ArrayNode list = Json.object().arrayNode();
    for (Condition condition : conditions) {
      ObjectNode node = list.addObject();
      node.put("type", condition.type()).put("status", condition.status());
      putText(node, "lastHeartbeatTime", condition.lastHeartbeatTime());
      putText(node, "lastUpdateTime", condition.lastUpdateTime());
      putText(node, "lastTransitionTime", condition.lastTransitionTime());
      putText(node, "reason", condition.reason());
      putText(node, "message", condition.message());
    }
    return list;
  }

  private static void putText(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }
}
