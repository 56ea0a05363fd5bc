package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/**
 * Deployments and replica sets: pods that always restart, chosen by a fixed selector. Stateless.
 */
class WorkloadHooks extends MetadataHooks {

  private final String called;

  /**
   * @param called the kind as messages spell it
   */
  WorkloadHooks(String called) {
    super(NameSyntax.SUBDOMAIN);
    this.called = called;
  }

  @Override
  public void applyDefaults(ObjectNode document) {
    PodDefaults.spec(document.path("spec").path("template").path("spec"));
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode spec = document.path("spec");
    selector(spec, causes);
    PodValidation.template(spec, causes);
    JsonNode policy = spec.path("template").path("spec").path("restartPolicy");
    if (!policy.asText("Always").equals("Always")) {
      causes.add(
          FieldErrors.notSupported(
              "spec.template.spec.restartPolicy", policy.asText(), List.of("Always")));
    }
    if (spec.path("template").path("spec").has("activeDeadlineSeconds")) {
      causes.add(
          FieldErrors.forbidden(
              "spec.template.spec.activeDeadlineSeconds",
              "activeDeadlineSeconds in ReplicaSet is not Supported"));
    }
  }

  private void selector(JsonNode spec, List<Cause> causes) {
    JsonNode selector = spec.path("selector");
    JsonNode labels = spec.path("template").path("metadata").path("labels");
    if (selector.isMissingNode()) {
      causes.add(FieldErrors.required("spec.selector"));
    } else {
      Selectors.validate(selector, "spec.selector", causes);
    }
    if (!selector.isMissingNode() && Selectors.isEmpty(selector)) {
      causes.add(
          FieldErrors.invalid(
              "spec.selector", selector, "empty selector is invalid for " + called));
    } else if (selector.isMissingNode() || !Selectors.matches(selector, labels)) {
      // as in Kubernetes, what is no selector matches nothing
      causes.add(
          FieldErrors.invalid(
              "spec.template.metadata.labels",
              Check.shown(labels),
              "`selector` does not match template `labels`"));
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    Check.immutable(
        document.path("spec").path("selector"),
        previous.path("spec").path("selector"),
        "spec.selector",
        causes);
  }
}
