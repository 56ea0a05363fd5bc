package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nodes. Stateless. */
final class NodeHooks extends MetadataHooks {

  NodeHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  /** A node whose agent says no more may have all of its capacity allocated. */
  @Override
  public void applyDefaults(ObjectNode document) {
    if (document.path("status") instanceof ObjectNode status
        && status.has("capacity")
        && !status.has("allocatable")) {
      status.set("allocatable", status.get("capacity").deepCopy());
    }
  }

  /** A node registers itself together with its status. */
  @Override
  public void prepareForCreate(ObjectNode document) {}

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode taints = document.path("spec").path("taints");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < taints.size(); i++) {
      String taint =
          taints.get(i).path("key").asText("") + ":" + taints.get(i).path("effect").asText("");
      if (!seen.add(taint)) {
        causes.add(FieldErrors.duplicate("spec.taints[" + i + "]", taints.get(i)));
      }
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    JsonNode before = previous.path("spec").path("podCIDRs");
    if (!before.isEmpty() && !before.equals(document.path("spec").path("podCIDRs"))) {
      causes.add(
          FieldErrors.forbidden(
              "spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid"));
    }
    JsonNode provider = previous.path("spec").path("providerID");
    if (!Check.isUnset(provider) && !provider.equals(document.path("spec").path("providerID"))) {
      causes.add(
          FieldErrors.forbidden(
              "spec.providerID",
              "node updates may not change providerID except from \"\" to valid"));
    }
  }
}
