package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.regex.Pattern;

/** Pools of machines. Stateless. */
final class NodePoolHooks extends MetadataHooks {

  private static final String TEMPLATE = "spec.template";
  private static final Pattern NODES = Pattern.compile("(100|[0-9]{1,2})%|[0-9]+");

  NodePoolHooks() {
    super(NameSyntax.SUBDOMAIN);
  }

  /** The names of its machines begin with its own, and are values of labels. */
  private static final int LONGEST_NAME = 57;

  @Override
  void validate(JsonNode document, List<Cause> causes) {
    JsonNode name = document.path("metadata").path("name");
    if (name.asText().length() > LONGEST_NAME) {
      causes.add(
          FieldErrors.invalid(
              "metadata.name",
              name,
              "must be no more than " + LONGEST_NAME + " characters: machines are named after it"));
    }
    JsonNode spec = document.path("spec");
    JsonNode template = spec.path("template");
    labels(template.path("metadata").path("labels"), causes);
    Metadata.annotations(
        template.path("metadata").path("annotations"), TEMPLATE + ".metadata.annotations", causes);
    ClaimRules.check(template.path("spec"), TEMPLATE + ".spec", causes);
    requirements(template.path("spec").path("requirements"), causes);
    disruption(spec.path("disruption"), causes);
    if (isFixed(document)) {
      fixed(spec, causes);
    }
  }

  private static boolean isFixed(JsonNode pool) {
    return pool.path("spec").hasNonNull("replicas");
  }

  private static void fixed(JsonNode spec, List<Cause> causes) {
    spec.path("limits")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("nodes")) {
                causes.add(
                    FieldErrors.forbidden(
                        "spec.limits." + name, "with spec.replicas, nodes can be limited only"));
              }
            });
    if (spec.hasNonNull("weight")) {
      causes.add(FieldErrors.forbidden("spec.weight", "may not be set beside spec.replicas"));
    }
  }

  private static void labels(JsonNode labels, List<Cause> causes) {
    String path = TEMPLATE + ".metadata.labels";
    Metadata.labels(labels, path, causes);
    labels
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (ClaimRules.isKept(key)) {
                causes.add(FieldErrors.forbidden(path, key + " is not a template's to set"));
              }
            });
  }

  private static void requirements(JsonNode requirements, List<Cause> causes) {
    for (int i = 0; i < requirements.size(); i++) {
      String key = requirements.get(i).path("key").asText("");
      if (ClaimRules.isKept(key)) {
        causes.add(
            FieldErrors.forbidden(
                TEMPLATE + ".spec.requirements[" + i + "].key",
                key + " is not a template's to set"));
      }
    }
  }

  private static void disruption(JsonNode disruption, List<Cause> causes) {
    ClaimRules.duration(
        disruption.path("consolidateAfter"), "spec.disruption.consolidateAfter", true, causes);
    JsonNode budgets = disruption.path("budgets");
    for (int i = 0; i < budgets.size(); i++) {
      String path = "spec.disruption.budgets[" + i + "]";
      JsonNode nodes = budgets.get(i).path("nodes");
      if (!NODES.matcher(nodes.asText("10%")).matches()) {
        causes.add(FieldErrors.invalid(path + ".nodes", nodes, "must be a count, or 0% to 100%"));
      }
      if (budgets.get(i).hasNonNull("schedule") != budgets.get(i).hasNonNull("duration")) {
        causes.add(FieldErrors.invalid(path, budgets.get(i), "schedule and duration go together"));
      }
    }
  }

  @Override
  void validateChange(JsonNode document, JsonNode previous, List<Cause> causes) {
    if (isFixed(document) != isFixed(previous)) {
      causes.add(
          FieldErrors.invalid(
              "spec.replicas",
              Check.shown(document.path("spec").path("replicas")),
              "a pool is of fixed size, or not, from the start: make another pool"));
    }
    for (String field : List.of("group", "kind")) {
      String pointer = "/spec/template/spec/nodeClassRef/" + field;
      Check.immutable(
          document.at(pointer),
          previous.at(pointer),
          TEMPLATE + ".spec.nodeClassRef." + field,
          causes);
    }
  }
}
