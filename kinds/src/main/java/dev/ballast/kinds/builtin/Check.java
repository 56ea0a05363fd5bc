package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks that several kinds share. They add to {@code causes}; otherwise pure. */
final class Check {

  private static final Pattern PERCENT = Pattern.compile("[0-9]+%");

  private Check() {}

  static boolean isUnset(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || value.isTextual() && value.textValue().isEmpty()
        || value.isContainerNode() && value.isEmpty();
  }

  /** A missing value prints as null. */
  static JsonNode shown(JsonNode value) {
    return value.isMissingNode() ? Json.object().nullNode() : value;
  }

  /** Absent and empty count as the same value. */
  static boolean same(JsonNode one, JsonNode other) {
    return isUnset(one) ? isUnset(other) : one.equals(other);
  }

  static void immutable(JsonNode now, JsonNode before, String path, List<Cause> causes) {
    if (!same(now, before)) {
      causes.add(FieldErrors.invalid(path, shown(now), "field is immutable"));
    }
  }

  /** {@code items[i].field} must not repeat; unset values do not count. */
  static void unique(JsonNode items, String path, String field, List<Cause> causes) {
    unique(items, path, field, new HashSet<>(), causes);
  }

  static void unique(
      JsonNode items, String path, String field, Set<String> seen, List<Cause> causes) {
    for (int i = 0; i < items.size(); i++) {
      String value = items.get(i).path(field).asText("");
      if (!value.isEmpty() && !seen.add(value)) {
        causes.add(FieldErrors.duplicate(path + "[" + i + "]." + field, value));
      }
    }
  }

  /** A count of at least 0, or a percentage. */
  static void countOrPercent(JsonNode value, String path, List<Cause> causes) {
    if (value.isMissingNode()) {
      return;
    }
    if (value.isTextual() && !PERCENT.matcher(value.textValue()).matches()) {
      causes.add(
          FieldErrors.invalid(
              path,
              value,
              "a valid percent string must be a numeric string followed by an ending '%' (e.g."
                  + " '1%',  or '93%', regex used for validation is '[0-9]+%')"));
    } else if (!value.isTextual() && value.asLong() < 0) {
      causes.add(FieldErrors.invalid(path, value, "must be greater than or equal to 0"));
    }
  }

  static void atMostAllOf(JsonNode value, String path, List<Cause> causes) {
    if (percent(value) > 100) {
      causes.add(FieldErrors.invalid(path, value, "must not be greater than 100%"));
    }
  }

  /** 0 or "0%". */
  static boolean isZero(JsonNode value) {
    return value.isTextual() ? percent(value) == 0 : value.isInt() && value.intValue() == 0;
  }

  /** -1 for what is no percentage. */
  private static long percent(JsonNode value) {
    return value.isTextual() && PERCENT.matcher(value.textValue()).matches()
        ? Long.parseLong(
            value.textValue().substring(0, Math.min(value.textValue().length() - 1, 9)))
        : -1;
  }
}
