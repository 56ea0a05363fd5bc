package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** PodDisruptionBudgets. Stateless. */
final class DisruptionBudgetHooks extends MetadataHooks {

  DisruptionBudgetHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  public boolean updatesKnownVersionOnly() {
    return true;
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode spec = document.path("spec");
    if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
      causes.add(
          FieldErrors.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
    }
    for (String field : List.of("minAvailable", "maxUnavailable")) {
      Check.countOrPercent(spec.path(field), "spec." + field, causes);
      Check.atMostAllOf(spec.path(field), "spec." + field, causes);
    }
    Selectors.validate(spec.path("selector"), "spec.selector", causes);
  }
}
