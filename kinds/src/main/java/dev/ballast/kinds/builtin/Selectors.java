package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks of label selectors and node selectors. Pure. */
final class Selectors {

  private static final String IN_VALUES = "must be specified when `operator` is 'In' or 'NotIn'";
  private static final String EXISTS_VALUES =
      "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";

  private Selectors() {}

  static void validate(JsonNode selector, String path, List<Cause> causes) {
    Metadata.labels(selector.path("matchLabels"), path + ".matchLabels", causes);
    JsonNode expressions = selector.path("matchExpressions");
    for (int i = 0; i < expressions.size(); i++) {
      expression(expressions.get(i), path + ".matchExpressions[" + i + "]", causes);
    }
  }

  private static void expression(JsonNode expression, String path, List<Cause> causes) {
    JsonNode values = expression.path("values");
    String operator = expression.path("operator").asText("");
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          causes.add(FieldErrors.required(path + ".values", IN_VALUES));
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          causes.add(FieldErrors.forbidden(path + ".values", EXISTS_VALUES));
        }
      }
      default ->
          causes.add(
              FieldErrors.invalid(path + ".operator", operator, "not a valid selector operator"));
    }
    String key = expression.path("key").asText("");
    Names.qualified(key)
        .ifPresent(wrong -> causes.add(FieldErrors.invalid(path + ".key", key, wrong)));
    for (int i = 0; i < values.size(); i++) {
      String at = path + ".values[" + i + "]";
      String value = values.get(i).asText();
      Names.labelValue(value).ifPresent(wrong -> causes.add(FieldErrors.invalid(at, value, wrong)));
    }
  }

  /** {@code requiredDuring…}: key and operator are checked by the schema. */
  static void nodeTerm(JsonNode term, String path, List<Cause> causes) {
    for (String list : List.of("matchExpressions", "matchFields")) {
      JsonNode requirements = term.path(list);
      for (int i = 0; i < requirements.size(); i++) {
        nodeRequirement(requirements.get(i), path + "." + list + "[" + i + "].values", causes);
      }
    }
  }

  private static void nodeRequirement(JsonNode requirement, String path, List<Cause> causes) {
    int values = requirement.path("values").size();
    switch (requirement.path("operator").asText("")) {
      case "In", "NotIn" -> {
        if (values == 0) {
          causes.add(FieldErrors.required(path, IN_VALUES));
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (values > 0) {
          causes.add(FieldErrors.forbidden(path, EXISTS_VALUES));
        }
      }
      case "Gt", "Lt" -> {
        if (values != 1) {
          causes.add(
              FieldErrors.required(
                  path, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
        }
      }
      default -> {}
    }
  }

  static boolean isEmpty(JsonNode selector) {
    return selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty();
  }

  /** A selector with an unknown operator matches nothing: its own check complains. */
  static boolean matches(JsonNode selector, JsonNode labels) {
    Map<String, String> all = new HashMap<>();
    labels.properties().forEach(label -> all.put(label.getKey(), label.getValue().asText()));
    try {
      return Json.MAPPER.convertValue(selector, LabelSelector.class).matches(all);
    } catch (IllegalArgumentException unknownOperator) {
      return false;
    }
  }
}
