package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.util.List;
import java.util.Map;

/**
 * Claims to a machine. Of the status one field is kept from changing as well: the machine that a
 * claim has stays its machine, or a machine would be lost. Stateless.
 */
final class NodeClaimHooks extends MetadataHooks {

  NodeClaimHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  /** What cannot change later is looked at here only, so that no claim is held by a newer rule. */
  @Override
  public List<Cause> validateCreate(ObjectNode document) {
    List<Cause> causes = super.validateCreate(document);
    // The node is labelled with it.
    String name = document.path("metadata").path("name").asText("");
    Names.labelValue(name)
        .ifPresent(wrong -> causes.add(FieldErrors.invalid("metadata.name", name, wrong)));
    JsonNode spec = document.path("spec");
    ClaimRules.check(spec, "spec", causes);
    JsonNode requirements = spec.path("requirements");
    for (int i = 0; i < requirements.size(); i++) {
      kept(requirements.get(i).path("key").asText(""), "spec.requirements[" + i + "].key", causes);
    }
    labels(document, Json.object(), causes);
    return causes;
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
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    Check.immutable(document.path("spec"), previous.path("spec"), "spec", causes);
    labels(document, previous, causes);
  }

  private static void labels(JsonNode document, JsonNode previous, List<Cause> causes) {
    JsonNode before = previous.path("metadata").path("labels");
    for (Map.Entry<String, JsonNode> label :
        document.path("metadata").path("labels").properties()) {
      if (!label.getValue().equals(before.path(label.getKey()))) {
        kept(label.getKey(), "metadata.labels", causes);
      }
    }
  }

  private static void kept(String key, String path, List<Cause> causes) {
    if (ClaimRules.isKept(key) && !key.equals(ClaimRules.POOL)) {
      causes.add(FieldErrors.forbidden(path, key + " is not a claim's to set"));
    }
  }
}
