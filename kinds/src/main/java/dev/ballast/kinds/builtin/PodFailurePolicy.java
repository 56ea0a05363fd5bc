package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks of a job's pod failure policy. Pure. */
final class PodFailurePolicy {

  private static final String PATH = "spec.podFailurePolicy.rules";

  private PodFailurePolicy() {}

  static void validate(JsonNode spec, List<Cause> causes) {
    JsonNode policy = spec.path("podFailurePolicy");
    if (policy.isMissingNode()) {
      return;
    }
    JsonNode pod = spec.path("template").path("spec");
    String restart = pod.path("restartPolicy").asText("");
    if (!restart.equals("Never")) {
      causes.add(
          FieldErrors.invalid(
              "spec.template.spec.restartPolicy",
              restart,
              "only \"Never\" is supported when podFailurePolicy is specified"));
    }
    if (spec.path("podReplacementPolicy").asText("Failed").equals("TerminatingOrFailed")) {
      causes.add(
          FieldErrors.notSupported(
              "spec.podReplacementPolicy", "TerminatingOrFailed", List.of("Failed")));
    }
    Set<String> containers = new HashSet<>();
    for (String list : List.of("containers", "initContainers")) {
      pod.path(list).forEach(container -> containers.add(container.path("name").asText("")));
    }
    JsonNode rules = policy.path("rules");
    for (int i = 0; i < rules.size(); i++) {
      rule(rules.get(i), PATH + "[" + i + "]", spec, containers, causes);
    }
  }

  private static void rule(
      JsonNode rule, String path, JsonNode spec, Set<String> containers, List<Cause> causes) {
    if (rule.path("action").asText("").equals("FailIndex") && !spec.has("backoffLimitPerIndex")) {
      causes.add(
          FieldErrors.invalid(
              path + ".action", "FailIndex", "requires the backoffLimitPerIndex to be set"));
    }
    JsonNode exit = rule.path("onExitCodes");
    boolean conditions = !rule.path("onPodConditions").isEmpty();
    if (!exit.isMissingNode() && conditions) {
      causes.add(
          FieldErrors.invalid(
              path, "", "specifying both OnExitCodes and OnPodConditions is not supported"));
    } else if (exit.isMissingNode() && !conditions) {
      causes.add(
          FieldErrors.invalid(
              path, "", "specifying one of OnExitCodes and OnPodConditions is required"));
    }
    exitCodes(exit, path + ".onExitCodes", containers, causes);
  }

  private static void exitCodes(
      JsonNode exit, String path, Set<String> containers, List<Cause> causes) {
    String container = exit.path("containerName").asText("");
    if (!container.isEmpty() && !containers.contains(container)) {
      causes.add(
          FieldErrors.invalid(
              path + ".containerName",
              container,
              "must be one of the container or initContainer names in the pod template"));
    }
    JsonNode values = exit.path("values");
    boolean in = exit.path("operator").asText("").equals("In");
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      String at = path + ".values[" + i + "]";
      if (in && values.get(i).asInt() == 0) {
        causes.add(FieldErrors.invalid(at, 0, "must not be 0 for the In operator"));
      }
      if (!seen.add(values.get(i).asInt())) {
        causes.add(FieldErrors.duplicate(at, values.get(i)));
      }
    }
  }
}
