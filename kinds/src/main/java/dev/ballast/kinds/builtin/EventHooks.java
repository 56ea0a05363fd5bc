package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** Events. Stateless. */
final class EventHooks extends MetadataHooks {

  EventHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  /** As Kubernetes' AllowCreateOnUpdate: clients PUT without looking first. */
  @Override
  public boolean createsOnUpdate() {
    return true;
  }

  /** An event lives beside its object; those on cluster-wide objects live in default. */
  @Override
  void validate(JsonNode document, List<Cause> causes) {
    String namespace = document.path("metadata").path("namespace").asText("");
    String involved = document.path("involvedObject").path("namespace").asText("");
    boolean fine =
        involved.equals(namespace)
            || involved.isEmpty()
                && (namespace.equals("default") || namespace.equals("kube-system"));
    if (!fine && !namespace.isEmpty()) {
      causes.add(
          FieldErrors.invalid(
              "involvedObject.namespace", involved, "does not match event.namespace"));
    }
  }
}
