package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** Pods. Stateless. */
final class PodHooks extends MetadataHooks {

  PodHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  public void applyDefaults(ObjectNode document) {
    PodDefaults.spec(document.path("spec"));
    PodDefaults.pod(document.path("spec"));
  }

  @Override
  public void prepareForCreate(ObjectNode document) {
    ObjectNode status = document.putObject("status").put("phase", "Pending");
    status.put("qosClass", QualityOfService.of(document.path("spec")));
    if (!document.path("spec").path("schedulingGates").isEmpty()) {
      status
          .putArray("conditions")
          .addObject()
          .put("type", "PodScheduled")
          .put("status", "False")
          .put("reason", "SchedulingGated")
          .put("message", "the pod waits until its scheduling gates are removed");
    }
  }

  /** A pod on a node is asked to stop first; one that never started, or has ended, just goes. */
  @Override
  public long gracePeriodSeconds(ObjectNode document) {
    JsonNode spec = document.path("spec");
    String phase = document.path("status").path("phase").asText("");
    if (spec.path("nodeName").asText("").isEmpty()
        || phase.equals("Succeeded")
        || phase.equals("Failed")) {
      return 0;
    }
    return spec.path("terminationGracePeriodSeconds").asLong(30);
  }

  @Override
  public List<Cause> validateCreate(ObjectNode document) {
    List<Cause> causes = super.validateCreate(document);
    JsonNode spec = document.path("spec");
    if (!spec.path("ephemeralContainers").isEmpty()) {
      causes.add(FieldErrors.forbidden("spec.ephemeralContainers", "cannot be set on create"));
    }
    if (!spec.path("schedulingGates").isEmpty() && !spec.path("nodeName").asText("").isEmpty()) {
      causes.add(
          FieldErrors.forbidden(
              "spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
    }
    return causes;
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    PodValidation.spec(document.path("spec"), "spec", causes);
  }

  @Override
  public List<Cause> validateUpdate(ObjectNode document, ObjectNode previous, String subresource) {
    List<Cause> causes = super.validateUpdate(document, previous, subresource);
    if (subresource.isEmpty()) {
      PodChange.validate(document.path("spec"), previous.path("spec"), causes);
    }
    return causes;
  }
}
