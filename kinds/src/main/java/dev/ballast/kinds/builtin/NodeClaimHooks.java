package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import java.util.List;

/**
 * Claims to a machine. Of the status one field is kept from changing as well: the machine that a
 * claim has stays its machine, or a machine would be lost. Stateless.
 */
final class NodeClaimHooks extends MetadataHooks {

  NodeClaimHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  public List<Cause> validateUpdate(ObjectNode document, ObjectNode previous, String subresource) {
    List<Cause> causes = super.validateUpdate(document, previous, subresource);
    JsonNode machine = previous.path("status").path("providerID");
    if (!Check.isUnset(machine)) {
      Check.immutable(
          document.path("status").path("providerID"), machine, "status.providerID", causes);
    }
    return causes;
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    ClaimRules.check(document.path("spec"), "spec", causes);
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    Check.immutable(document.path("spec"), previous.path("spec"), "spec", causes);
  }
}
