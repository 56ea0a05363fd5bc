package dev.ballast.core.selector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Requirements on single fields by dotted path ({@code spec.nodeName=a,status.phase!=Failed}), all
 * of which must hold. An absent field counts as "". Which paths a kind offers is the kind's affair.
 */
public record FieldSelector(List<Requirement> requirements) {

  public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  public record Requirement(String path, boolean equal, String value) {}

  public FieldSelector {
    requirements = List.copyOf(requirements);
  }

  public static FieldSelector equal(String path, String value) {
    return new FieldSelector(List.of(new Requirement(path, true, value)));
  }

  /**
   * @throws IllegalArgumentException with a message for a person when the text is no selector
   */
  public static FieldSelector parse(String text) {
    List<Requirement> requirements = new ArrayList<>();
    for (String part : text.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      int at = part.indexOf('=');
      if (at <= 0) {
        throw new IllegalArgumentException(
            "invalid field selector \""
                + text
                + "\": \""
                + part
                + "\" has no operator (=, ==, !=)");
      }
      boolean equal = part.charAt(at - 1) != '!';
      String path = part.substring(0, equal ? at : at - 1).strip();
      int value = part.startsWith("==", at) ? at + 2 : at + 1;
      requirements.add(new Requirement(path, equal, part.substring(value).strip()));
    }
    return new FieldSelector(requirements);
  }

  public boolean isEverything() {
    return requirements.isEmpty();
  }

  public boolean matches(JsonNode document) {
    for (Requirement requirement : requirements) {
      if (requirement.equal()
          != valueAt(document, requirement.path()).equals(requirement.value())) {
        return false;
      }
    }
    return true;
  }

  private static String valueAt(JsonNode document, String path) {
    JsonNode node = document;
    for (String step : path.split("\\.")) {
      node = node.path(step);
    }
    return node.asText("");
  }

  /** The query-string form, which {@link #parse} reads back. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    requirements.forEach(r -> parts.add(r.path() + (r.equal() ? "=" : "!=") + r.value()));
    return String.join(",", parts);
  }
}
