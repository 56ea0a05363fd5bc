package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.Map;

/** PriorityClasses. Stateless. */
final class PriorityClassHooks extends MetadataHooks {

  private static final long HIGHEST = 1_000_000_000;

  /** The two that every cluster has, with their values. */
  private static final Map<String, Long> SYSTEM =
      Map.of("system-cluster-critical", 2_000_000_000L, "system-node-critical", 2_000_001_000L);

  PriorityClassHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    String name = document.path("metadata").path("name").asText("");
    long value = document.path("value").asLong(0);
    if (name.startsWith("system-")) {
      if (SYSTEM.getOrDefault(name, Long.MIN_VALUE) != value) {
        causes.add(
            FieldErrors.forbidden(
                "metadata.name",
                "priority class names with 'system-' prefix are reserved for system use only"));
      }
    } else if (value > HIGHEST) {
      causes.add(
          FieldErrors.forbidden(
              "value", "maximum allowed value of a user defined priority is " + HIGHEST));
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    if (document.path("value").asLong(0) != previous.path("value").asLong(0)) {
      causes.add(FieldErrors.forbidden("value", "may not be changed in an update."));
    }
    Check.immutable(
        document.path("preemptionPolicy"),
        previous.path("preemptionPolicy"),
        "preemptionPolicy",
        causes);
  }
}
