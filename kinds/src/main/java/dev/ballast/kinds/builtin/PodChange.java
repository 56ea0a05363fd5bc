package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What may change in a pod once it exists: very little. Pure. */
final class PodChange {

  private static final String RULE =
      "pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
          + " previously negative)";

  private PodChange() {}

  static void validate(JsonNode now, JsonNode before, List<Cause> causes) {
    for (String list : List.of("containers", "initContainers")) {
      if (now.path(list).size() != before.path(list).size()) {
        causes.add(
            FieldErrors.forbidden("spec." + list, "pod updates may not add or remove containers"));
        return;
      }
    }
    activeDeadline(now, before, causes);
    tolerations(now.path("tolerations"), before.path("tolerations"), causes);
    gates(now.path("schedulingGates"), before.path("schedulingGates"), causes);
    if (!fixed(now, before).equals(fixed(before, before))) {
      causes.add(FieldErrors.forbidden("spec", RULE));
    }
  }

  /** The spec with everything that may change taken from {@code before}. */
  private static JsonNode fixed(JsonNode spec, JsonNode before) {
    ObjectNode copy = spec.isObject() ? ((ObjectNode) spec).deepCopy() : Json.object();
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : copy.path(list)) {
        ((ObjectNode) container).remove("image");
      }
    }
    copy.remove(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
    if (before.path("terminationGracePeriodSeconds").asLong() < 0
        && copy.path("terminationGracePeriodSeconds").asLong() == 1) {
      copy.set("terminationGracePeriodSeconds", before.get("terminationGracePeriodSeconds"));
    }
    if (!before.path("schedulingGates").isEmpty()) {
      copy.remove(List.of("nodeSelector", "affinity"));
    }
    copy.properties().removeIf(field -> Check.isUnset(field.getValue()));
    return copy;
  }

  private static void activeDeadline(JsonNode now, JsonNode before, List<Cause> causes) {
    JsonNode seconds = now.path("activeDeadlineSeconds");
    JsonNode earlier = before.path("activeDeadlineSeconds");
    if (earlier.isMissingNode()) {
      return;
    }
    if (seconds.isMissingNode()) {
      causes.add(
          FieldErrors.invalid(
              "spec.activeDeadlineSeconds",
              Check.shown(seconds),
              "must not update from a positive integer to nil value"));
    } else if (seconds.asLong() > earlier.asLong()) {
      causes.add(
          FieldErrors.invalid(
              "spec.activeDeadlineSeconds",
              seconds,
              "must be less than or equal to previous value"));
    }
  }

  private static void tolerations(JsonNode now, JsonNode before, List<Cause> causes) {
    Set<JsonNode> left = new HashSet<>();
    now.forEach(toleration -> left.add(withoutSeconds(toleration)));
    for (JsonNode toleration : before) {
      if (!left.contains(withoutSeconds(toleration))) {
        causes.add(
            FieldErrors.forbidden(
                "spec.tolerations",
                "existing toleration can not be modified except its" + " tolerationSeconds"));
        return;
      }
    }
  }

  private static JsonNode withoutSeconds(JsonNode toleration) {
    return ((ObjectNode) toleration).deepCopy().without("tolerationSeconds");
  }

  private static void gates(JsonNode now, JsonNode before, List<Cause> causes) {
    Set<JsonNode> earlier = new HashSet<>();
    before.forEach(earlier::add);
    for (int i = 0; i < now.size(); i++) {
      if (!earlier.contains(now.get(i))) {
        causes.add(
            FieldErrors.forbidden(
                "spec.schedulingGates[" + i + "].name",
                "only deletion is allowed, but found new scheduling gate '"
                    + now.get(i).path("name").asText("")
                    + "'"));
      }
    }
  }
}
