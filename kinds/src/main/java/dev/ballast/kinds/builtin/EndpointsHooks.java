package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** Endpoints. Stateless. */
final class EndpointsHooks extends MetadataHooks {

  EndpointsHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  /** As Kubernetes' AllowCreateOnUpdate: clients PUT without looking first. */
  @Override
  public boolean createsOnUpdate() {
    return true;
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode subsets = document.path("subsets");
    for (int i = 0; i < subsets.size(); i++) {
      JsonNode subset = subsets.get(i);
      String path = "subsets[" + i + "]";
      if (subset.path("addresses").isEmpty() && subset.path("notReadyAddresses").isEmpty()) {
        causes.add(FieldErrors.required(path, "must specify `addresses` or `notReadyAddresses`"));
      }
      JsonNode ports = subset.path("ports");
      for (int j = 0; ports.size() > 1 && j < ports.size(); j++) {
        if (ports.get(j).path("name").asText("").isEmpty()) {
          causes.add(FieldErrors.required(path + ".ports[" + j + "].name"));
        }
      }
    }
  }
}
