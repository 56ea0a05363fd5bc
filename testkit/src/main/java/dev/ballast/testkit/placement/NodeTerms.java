package dev.ballast.testkit.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Does a node satisfy a pod's selector, affinity and taints? From the pages "Assigning Pods to
 * Nodes" and "Taints and Tolerations" of the Kubernetes documentation.
 */
final class NodeTerms {

  private NodeTerms() {}

  static boolean selected(JsonNode pod, JsonNode node) {
    JsonNode labels = node.path("metadata").path("labels");
    boolean selected =
        pod.path("spec").path("nodeSelector").properties().stream()
            .allMatch(
                wanted ->
                    labels.has(wanted.getKey())
                        && labels.get(wanted.getKey()).asText().equals(wanted.getValue().asText()));
    JsonNode required =
        pod.path("spec")
            .path("affinity")
            .path("nodeAffinity")
            .path("requiredDuringSchedulingIgnoredDuringExecution");
    return selected && (required.isMissingNode() || anyTerm(required, node));
  }

  static boolean anyTerm(JsonNode selector, JsonNode node) {
    // "If you specify multiple terms … the Pod can be scheduled onto a node if one of them can be
    // satisfied (terms are ORed)." "A null or empty node selector term matches no objects."
    return each(selector.path("nodeSelectorTerms")).stream()
        .anyMatch(
            term ->
                term.path("matchExpressions").size() + term.path("matchFields").size() > 0
                    && each(term.path("matchExpressions")).stream()
                        .allMatch(r -> holds(r, node.path("metadata").path("labels")))
                    && each(term.path("matchFields")).stream().allMatch(r -> fieldHolds(r, node)));
  }

  private static boolean fieldHolds(JsonNode requirement, JsonNode node) {
    if (!requirement.path("key").asText().equals("metadata.name")) {
      throw new IllegalArgumentException("only metadata.name is a field of nodes: " + requirement);
    }
    return holds(requirement, node.path("metadata").path("name"), true);
  }

  private static boolean holds(JsonNode requirement, JsonNode labels) {
    String key = requirement.path("key").asText();
    return holds(requirement, labels.path(key), labels.has(key));
  }

  private static boolean holds(JsonNode requirement, JsonNode value, boolean present) {
    List<String> values = each(requirement.path("values")).stream().map(JsonNode::asText).toList();
    String operator = requirement.path("operator").asText();
    if (operator.equals("Exists")) {
      return present;
    } else if (operator.equals("DoesNotExist")) {
      return !present;
    } else if (operator.equals("In")) {
      return present && values.contains(value.asText());
    } else if (operator.equals("NotIn")) {
      // "NotIn and DoesNotExist allow you to define node anti-affinity": no label, no match of it.
      return !(present && values.contains(value.asText()));
    } else if (operator.equals("Gt") || operator.equals("Lt")) {
      // "…the values array must have a single element, which will be interpreted as an integer";
      // "Gt and Lt operators will not work with non-integer values".
      if (!present || !isInteger(value.asText()) || !isInteger(values.getFirst())) {
        return false;
      }
      int order = new BigInteger(value.asText()).compareTo(new BigInteger(values.getFirst()));
      return operator.equals("Gt") ? order > 0 : order < 0;
    }
    throw new IllegalArgumentException("unknown operator in " + requirement);
  }

  private static boolean isInteger(String text) {
    return text.matches("[+-]?[0-9]{1,18}");
  }

  /** The first taint that keeps the pod away, cordon included; "" when none does. */
  static String repelledBy(JsonNode pod, JsonNode node) {
    String taint = taintedFor(pod, node);
    if (!taint.isEmpty()) {
      return taint;
    }
    // A cordoned node counts as tainted node.kubernetes.io/unschedulable:NoSchedule.
    boolean cordoned = node.path("spec").path("unschedulable").asBoolean();
    return cordoned && !tolerated(pod, "node.kubernetes.io/unschedulable", "", "NoSchedule")
        ? "cordon"
        : "";
  }

  static String taintedFor(JsonNode pod, JsonNode node) {
    List<JsonNode> taints = new ArrayList<>(each(node.path("spec").path("taints")));
    for (JsonNode taint : taints) {
      String effect = taint.path("effect").asText();
      if (!effect.equals("PreferNoSchedule")
          && !tolerated(pod, taint.path("key").asText(), taint.path("value").asText(), effect)) {
        return taint.toString();
      }
    }
    return "";
  }

  private static boolean tolerated(JsonNode pod, String key, String value, String effect) {
    for (JsonNode t : each(pod.path("spec").path("tolerations"))) {
      boolean exists = t.path("operator").asText().equals("Exists");
      String wantedKey = t.path("key").asText();
      String wantedEffect = t.path("effect").asText();
      // "An empty key with operator Exists matches all keys, values and effects" … "An empty effect
      // matches all effects with key".
      boolean keyFits = wantedKey.isEmpty() ? exists : wantedKey.equals(key);
      boolean effectFits = wantedEffect.isEmpty() || wantedEffect.equals(effect);
      if (keyFits && effectFits && (exists || t.path("value").asText().equals(value))) {
        return true;
      }
    }
    return false;
  }

  static List<JsonNode> each(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }
}
