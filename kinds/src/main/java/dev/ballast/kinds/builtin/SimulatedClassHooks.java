package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import java.util.List;

/** Classes of simulated machines. Stateless. */
final class SimulatedClassHooks extends MetadataHooks {

  SimulatedClassHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    ClaimRules.duration(
        document.path("spec").path("nodeRegistrationDelay"),
        "spec.nodeRegistrationDelay",
        false,
        causes);
  }
}
