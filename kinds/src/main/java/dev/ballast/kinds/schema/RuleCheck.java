package dev.ballast.kinds.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks what a schema itself says of values: mandatory fields, enumerations and syntax rules. What
 * needs two fields at once is a kind's hook. Pure.
 */
public final class RuleCheck {

  private final List<Cause> causes = new ArrayList<>();

  private RuleCheck() {}

  /** Everything wrong; {@code document} must have the right types. */
  public static List<Cause> in(Schema schema, JsonNode document) {
    return in(schema, document, "");
  }

  /** The same for a value that sits at {@code path} of a larger document. */
  public static List<Cause> in(Schema schema, JsonNode value, String path) {
    RuleCheck walk = new RuleCheck();
    walk.visit(schema, value, path);
    return walk.causes;
  }

  private void visit(Schema schema, JsonNode value, String path) {
    switch (schema) {
      case Schema.ObjectType type ->
          type.fields()
              .values()
              .forEach(
                  field ->
                      field(
                          field, value.get(field.name()), UnknownFields.join(path, field.name())));
      case Schema.ListType list -> {
        for (int i = 0; i < value.size(); i++) {
          visit(list.items(), value.get(i), path + "[" + i + "]");
        }
      }
      case Schema.MapType map ->
          value
              .properties()
              .forEach(e -> visit(map.values(), e.getValue(), path + "[" + e.getKey() + "]"));
      case Schema.Scalar scalar -> allowed(scalar, value.asText(), path);
      case Schema.AnyType any -> {}
    }
  }

  private void field(Schema.Field field, JsonNode value, String path) {
    if (field.isUnset(value) || isEmpty(value)) {
      if (field.mandatory()) {
        causes.add(FieldErrors.required(path));
      }
      return;
    }
    if (!field.rule().isEmpty()) {
      rule(Rules.named(field.rule()), value, path);
    }
    visit(field.schema(), value, path);
  }

  private void rule(Rules.Rule rule, JsonNode value, String path) {
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        rule.check(path + "[" + i + "]", value.get(i)).ifPresent(causes::add);
      }
    } else if (value.isObject()) {
      value.properties().forEach(e -> rule(rule, e.getValue(), path + "[" + e.getKey() + "]"));
    } else {
      rule.check(path, value).ifPresent(causes::add);
    }
  }

  private void allowed(Schema.Scalar scalar, String value, String path) {
    if (!scalar.allowed().isEmpty() && !value.isEmpty() && !scalar.allowed().contains(value)) {
      causes.add(FieldErrors.notSupported(path, value, scalar.allowed()));
    }
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isTextual() && value.textValue().isEmpty() || value.isArray() && value.isEmpty();
  }
}
