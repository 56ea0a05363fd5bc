package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks of a container's requests and limits. Signs are checked by the schema. Pure. */
final class Requests {

  private static final Set<String> NATIVE = Set.of("cpu", "memory", "ephemeral-storage");

  private Requests() {}

  static void validate(JsonNode resources, String path, List<Cause> causes) {
    JsonNode limits = resources.path("limits");
    for (String list : List.of("limits", "requests")) {
      for (Map.Entry<String, JsonNode> entry : resources.path(list).properties()) {
        resource(entry.getKey(), entry.getValue(), path + "." + list, causes);
      }
    }
    for (Map.Entry<String, JsonNode> entry : resources.path("requests").properties()) {
      request(entry.getKey(), entry.getValue(), limits, path + ".requests", causes);
    }
  }

  private static void resource(String name, JsonNode value, String path, List<Cause> causes) {
    String at = path + "[" + name + "]";
    boolean hugePages = name.startsWith("hugepages-");
    if (!name.contains("/") && !NATIVE.contains(name) && !hugePages) {
      causes.add(
          FieldErrors.invalid(at, name, "must be a standard resource type or fully qualified"));
      return;
    }
    Names.qualified(name).ifPresent(wrong -> causes.add(FieldErrors.invalid(at, name, wrong)));
    if (isExtended(name)
        && Quantity.parse(value.asText().trim()).value().stripTrailingZeros().scale() > 0) {
      causes.add(FieldErrors.invalid(at, value, "must be an integer"));
    }
  }

  private static void request(
      String name, JsonNode value, JsonNode limits, String path, List<Cause> causes) {
    JsonNode limit = limits.path(name);
    boolean fixed = isExtended(name) || name.startsWith("hugepages-");
    if (limit.isMissingNode()) {
      if (fixed) {
        causes.add(
            FieldErrors.required(
                path.replace(".requests", ".limits") + "[" + name + "]",
                "Limit must be set for non overcommitable resources"));
      }
      return;
    }
    int compared =
        Quantity.parse(value.asText().trim()).compareTo(Quantity.parse(limit.asText().trim()));
    if (fixed && compared != 0) {
      causes.add(
          FieldErrors.invalid(
              path, value.asText(), "must be equal to " + name + " limit of " + limit.asText()));
    } else if (compared > 0) {
      causes.add(
          FieldErrors.invalid(
              path,
              value.asText(),
              "must be less than or equal to " + name + " limit of " + limit.asText()));
    }
  }

  /** Devices and the like: whole units that cannot be promised twice. */
  private static boolean isExtended(String name) {
    return name.contains("/")
        && !name.startsWith("kubernetes.io/")
        && !name.contains(".kubernetes.io/")
        && !name.startsWith("requests.");
  }
}
