package dev.ballast.planner.advice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.planner.advice.Change.AddToleration;
import dev.ballast.planner.advice.Change.DropConstraint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What can be taken out of a pod's document for the sake of a place, and the taking. Pure. */
public final class PodEdits {

  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  private PodEdits() {}

  /** Everything in the pod that may keep it from nodes, beside what it needs of resources. */
  static List<Change> constraints(ObjectNode pod) {
    List<Change> all = new ArrayList<>();
    JsonNode spec = pod.path("spec");
    spec.path("nodeSelector")
        .properties()
        .forEach(one -> drop(all, "spec.nodeSelector[\"" + one.getKey() + "\"]"));
    JsonNode affinity = spec.path("affinity");
    if (affinity.path("nodeAffinity").path(REQUIRED).isObject()) {
      drop(all, "spec.affinity.nodeAffinity." + REQUIRED);
    }
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      for (int i = 0; i < affinity.path(kind).path(REQUIRED).size(); i++) {
        drop(all, "spec.affinity." + kind + "." + REQUIRED + "[" + i + "]");
      }
    }
    JsonNode spread = spec.path("topologySpreadConstraints");
    for (int i = 0; i < spread.size(); i++) {
      if (spread.get(i).path("whenUnsatisfiable").asText().equals("DoNotSchedule")) {
        drop(all, "spec.topologySpreadConstraints[" + i + "]");
      }
    }
    for (String kind : List.of("containers", "initContainers")) {
      ports(all, spec, kind);
    }
    for (int i = 0; i < spec.path("volumes").size(); i++) {
      if (spec.path("volumes").get(i).has("persistentVolumeClaim")) {
        drop(all, "spec.volumes[" + i + "]");
      }
    }
    return all;
  }

  private static void ports(List<Change> all, JsonNode spec, String kind) {
    for (int i = 0; i < spec.path(kind).size(); i++) {
      JsonNode ports = spec.path(kind).get(i).path("ports");
      for (int j = 0; j < ports.size(); j++) {
        if (ports.get(j).path("hostPort").asInt() > 0) {
          drop(all, "spec." + kind + "[" + i + "].ports[" + j + "].hostPort");
        }
      }
    }
  }

  private static void drop(List<Change> all, String field) {
    all.add(new DropConstraint(field));
  }

  /** The pod with those of the changes that are about pods; the argument stays as it is. */
  public static ObjectNode applied(ObjectNode pod, Collection<Change> changes) {
    ObjectNode edited = pod.deepCopy();
    for (Change change : changes) {
      switch (change) {
        case DropConstraint drop -> remove(edited, drop.field());
        case AddToleration add ->
            edited
                .withObjectProperty("spec")
                .withArrayProperty("tolerations")
                .addObject()
                .put("key", add.key())
                .put("operator", "Equal")
                .put("value", add.value())
                .put("effect", add.effect());
        default -> {}
      }
    }
    clean(edited);
    return edited;
  }

  /** Elements of arrays become null first, so that the paths of others stay true. */
  private static void remove(ObjectNode pod, String field) {
    List<String> steps = steps(field);
    JsonNode at = pod;
    for (String step : steps.subList(0, steps.size() - 1)) {
      at = at.isArray() ? at.path(Integer.parseInt(step)) : at.path(step);
    }
    String last = steps.getLast();
    if (at instanceof ArrayNode array && Integer.parseInt(last) < array.size()) {
      array.setNull(Integer.parseInt(last));
    } else if (at instanceof ObjectNode object) {
      object.remove(last);
    }
  }

  /** {@code spec.a["b.c"].d[1]} to spec, a, b.c, d, 1. */
  private static List<String> steps(String field) {
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < field.length(); ) {
      int end;
      if (field.startsWith("[\"", i)) {
        end = field.indexOf("\"]", i);
        steps.add(field.substring(i + 2, end));
        i = end + 2;
      } else if (field.charAt(i) == '[') {
        end = field.indexOf(']', i);
        steps.add(field.substring(i + 1, end));
        i = end + 1;
      } else if (field.charAt(i) == '.') {
        i++;
      } else {
        end = i;
        while (end < field.length() && field.charAt(end) != '.' && field.charAt(end) != '[') {
          end++;
        }
        steps.add(field.substring(i, end));
        i = end;
      }
    }
    return steps;
  }

  private static void clean(JsonNode node) {
    if (node instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (array.get(i).isNull()) {
          array.remove(i);
        }
      }
    }
    node.forEach(PodEdits::clean);
  }
}
