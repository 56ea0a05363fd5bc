package dev.ballast.core.selector;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Requirements on labels, all of which must hold. Made from a LabelSelector object (Jackson) or
 * from a query string ({@link LabelSelectorParser}).
 */
public record LabelSelector(List<Requirement> requirements) {

  public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST
  }

  /** {@code NOT_IN} also holds where the label is absent, as Kubernetes defines it. */
  public record Requirement(String key, Operator operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    public boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
      };
    }
  }

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** As written in objects; an unknown operator is an {@link IllegalArgumentException}. */
  @JsonCreator
  public static LabelSelector of(
      @JsonProperty("matchLabels") Map<String, String> matchLabels,
      @JsonProperty("matchExpressions") List<Expression> matchExpressions) {
    List<Requirement> all = new ArrayList<>();
    if (matchLabels != null) {
      new TreeMap<>(matchLabels)
          .forEach((key, value) -> all.add(new Requirement(key, Operator.IN, List.of(value))));
    }
    if (matchExpressions != null) {
      matchExpressions.forEach(expression -> all.add(expression.requirement()));
    }
    return new LabelSelector(all);
  }

  /** The wire form of one requirement: operators In, NotIn, Exists, DoesNotExist. */
  public record Expression(String key, String operator, List<String> values) {
    Requirement requirement() {
      Operator parsed =
          switch (operator) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default -> throw new IllegalArgumentException("unknown operator " + operator);
          };
      return new Requirement(key, parsed, values == null ? List.of() : values);
    }
  }

  public static LabelSelector matching(Map<String, String> labels) {
    return of(labels, null);
  }

  public boolean isEverything() {
    return requirements.isEmpty();
  }

  public boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  /** The query-string form, which {@link LabelSelectorParser} reads back. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (Requirement r : requirements) {
      parts.add(
          switch (r.operator()) {
            case IN ->
                r.values().size() == 1
                    ? r.key() + "=" + r.values().getFirst()
                    : r.key() + " in (" + String.join(",", r.values()) + ")";
            case NOT_IN -> r.key() + " notin (" + String.join(",", r.values()) + ")";
            case EXISTS -> r.key();
            case DOES_NOT_EXIST -> "!" + r.key();
          });
    }
    return String.join(",", parts);
  }
}
