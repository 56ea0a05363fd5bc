package dev.ballast.control.workload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.selector.LabelSelector.Operator;
import dev.ballast.core.selector.LabelSelector.Requirement;

/** The wire form of selectors. Pure. */
public final class LabelSelectors {

  private LabelSelectors() {}

  /** A LabelSelector object; a requirement of one value is written as a matching label. */
  public static ObjectNode node(LabelSelector selector) {
    ObjectNode node = Json.object();
    for (Requirement requirement : selector.requirements()) {
      ObjectNode labels = node.withObject("/matchLabels");
      if (requirement.operator() == Operator.IN
          && requirement.values().size() == 1
          && !labels.has(requirement.key())) {
        labels.put(requirement.key(), requirement.values().getFirst());
      } else {
        ObjectNode expression = node.withArray("/matchExpressions").addObject();
        expression.put("key", requirement.key()).put("operator", text(requirement.operator()));
        if (!requirement.values().isEmpty()) {
          ArrayNode values = expression.putArray("values");
          requirement.values().forEach(values::add);
        }
      }
    }
    return node;
  }

  private static String text(Operator operator) {
    return switch (operator) {
      case IN -> "In";
      case NOT_IN -> "NotIn";
      case EXISTS -> "Exists";
      case DOES_NOT_EXIST -> "DoesNotExist";
    };
  }
}
