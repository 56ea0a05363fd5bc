package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;

/** Jobs. Stateless. */
final class JobHooks extends MetadataHooks {

  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final String NAME_LABEL = "batch.kubernetes.io/job-name";

  JobHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  @Override
  public void applyDefaults(ObjectNode document) {
    if (!(document.path("spec") instanceof ObjectNode spec)) {
      return;
    }
    if (!spec.has("completions") && !spec.has("parallelism")) {
      spec.put("completions", 1);
    }
    if (!spec.has("parallelism")) {
      spec.put("parallelism", 1);
    }
    if (!spec.has("backoffLimit")) {
      // With a limit for each index the whole job's is off.
      spec.put("backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
    }
    if (!spec.has("podReplacementPolicy")) {
      spec.put(
          "podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
    }
    PodDefaults.spec(spec.path("template").path("spec"));
  }

  /**
   * Makes the selector and the labels that tie pods to this very job, from its uid, unless the
   * creator chose them. Repeatable.
   */
  @Override
  public void prepareForCreate(ObjectNode document) {
    super.prepareForCreate(document);
    String uid = document.path("metadata").path("uid").asText("");
    if (!(document.path("spec") instanceof ObjectNode spec) || uid.isEmpty()) {
      return;
    }
    if (!spec.path("manualSelector").asBoolean()) {
      String name = document.path("metadata").path("name").asText("");
      ObjectNode labels =
          spec.withObjectProperty("template")
              .withObjectProperty("metadata")
              .withObjectProperty("labels");
      // The labels without prefix are older; both are promised.
      labels.put(UID_LABEL, uid).put("controller-uid", uid);
      labels.put(NAME_LABEL, name).put("job-name", name);
      spec.withObjectProperty("selector").withObjectProperty("matchLabels").put(UID_LABEL, uid);
    }
    JsonNode labels = spec.path("template").path("metadata").path("labels");
    ObjectNode metadata = document.withObjectProperty("metadata");
    if (metadata.path("labels").isEmpty() && !labels.isEmpty()) {
      metadata.set("labels", labels.deepCopy());
    }
  }

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode spec = document.path("spec");
    selector(spec, causes);
    PodValidation.template(spec, causes);
    String policy = spec.path("template").path("spec").path("restartPolicy").asText("");
    if (!policy.equals("Never") && !policy.equals("OnFailure")) {
      causes.add(
          FieldErrors.required(
              "spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
    }
    JobRules.validate(spec, causes);
    PodFailurePolicy.validate(spec, causes);
  }

  private static void selector(JsonNode spec, List<Cause> causes) {
    JsonNode selector = spec.path("selector");
    if (selector.isMissingNode()) {
      causes.add(FieldErrors.required("spec.selector"));
      return;
    }
    Selectors.validate(selector, "spec.selector", causes);
    JsonNode labels = spec.path("template").path("metadata").path("labels");
    if (!Selectors.matches(selector, labels)) {
      causes.add(
          FieldErrors.invalid(
              "spec.template.metadata.labels",
              Check.shown(labels),
              "`selector` does not match template `labels`"));
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    JsonNode now = document.path("spec");
    JsonNode before = previous.path("spec");
    for (String field :
        List.of(
            "selector",
            "completionMode",
            "podFailurePolicy",
            "backoffLimitPerIndex",
            "managedBy",
            "successPolicy")) {
      Check.immutable(now.path(field), before.path(field), "spec." + field, causes);
    }
    if (!(elastic(now) && elastic(before))) {
      Check.immutable(
          now.path("completions"), before.path("completions"), "spec.completions", causes);
    }
    template(document, previous, causes);
  }

  /** An indexed job may grow and shrink when completions and parallelism change together. */
  private static boolean elastic(JsonNode spec) {
    return spec.path("completionMode").asText("").equals("Indexed")
        && spec.path("completions").equals(spec.path("parallelism"));
  }

  /** A job that is suspended and has not started yet may still be directed elsewhere. */
  private static void template(JsonNode document, JsonNode previous, List<Cause> causes) {
    JsonNode now = document.path("spec").path("template");
    JsonNode before = previous.path("spec").path("template");
    boolean held =
        previous.path("spec").path("suspend").asBoolean()
            && !previous.path("status").has("startTime");
    JsonNode left = held ? undirected(now) : now;
    JsonNode right = held ? undirected(before) : before;
    if (!Check.same(left, right)) {
      causes.add(FieldErrors.invalid("spec.template", now, "field is immutable"));
    }
  }

  private static JsonNode undirected(JsonNode template) {
    if (!(template instanceof ObjectNode object)) {
      return template;
    }
    ObjectNode copy = object.deepCopy();
    copy.withObjectProperty("metadata").remove(List.of("labels", "annotations"));
    copy.withObjectProperty("spec")
        .remove(List.of("nodeSelector", "tolerations", "affinity", "schedulingGates"));
    return copy;
  }
}
