package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.time.Span;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Karpenter's kinds demand of a machine wanted, in a pool's template and in a claim alike.
 * They add to {@code causes}; otherwise pure.
 */
final class ClaimRules {

  private static final Set<String> COMPARING = Set.of("Gt", "Lt", "Gte", "Lte");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final int MOST_REQUIREMENTS = 100;

  /** On claims and nodes: the pool that they belong to. */
  static final String POOL = "karpenter.sh/nodepool";

  private static final String CAPACITY_TYPE = "karpenter.sh/capacity-type";

  private ClaimRules() {}

  static void check(JsonNode spec, String path, List<Cause> causes) {
    nodeClass(spec.path("nodeClassRef"), path + ".nodeClassRef", causes);
    JsonNode requirements = spec.path("requirements");
    if (requirements.size() > MOST_REQUIREMENTS) {
      causes.add(
          FieldErrors.tooMany(path + ".requirements", requirements.size(), MOST_REQUIREMENTS));
    }
    for (int i = 0; i < requirements.size(); i++) {
      requirement(requirements.get(i), path + ".requirements[" + i + "]", causes);
    }
    Set<String> seen = new HashSet<>();
    for (String field : List.of("taints", "startupTaints")) {
      taints(spec.path(field), path + "." + field, seen, causes);
    }
    duration(spec.path("terminationGracePeriod"), path + ".terminationGracePeriod", false, causes);
    JsonNode expiry = spec.path("expireAfter");
    duration(expiry, path + ".expireAfter", true, causes);
    if (Span.parse(expiry.asText("")).filter(Duration::isZero).isPresent()) {
      causes.add(
          FieldErrors.invalid(
              path + ".expireAfter",
              expiry,
              "must be more than 0, for each machine would end at once"));
    }
  }

  /**
   * Whether a label of a node is not for a template or a claim to name: each node has its own, or
   * it says how far the node has come.
   */
  static boolean isKept(String key) {
    return key.equals("kubernetes.io/hostname")
        || key.startsWith("karpenter.sh/") && !key.equals(CAPACITY_TYPE);
  }

  /**
   * @param never whether {@code Never} will do
   */
  static void duration(JsonNode value, String path, boolean never, List<Cause> causes) {
    String text = value.asText("");
    if (text.isEmpty() || never && text.equals("Never")) {
      return;
    }
    Optional<Duration> span = Span.parse(text);
    if (span.isEmpty()) {
      causes.add(
          FieldErrors.invalid(
              path,
              value,
              "must be a duration such as 30s, 5m or 1h30m" + (never ? ", or Never" : "")));
    } else if (span.get().equals(Span.MOST)) {
      causes.add(
          FieldErrors.invalid(path, value, "must be less than " + Span.MOST.toHours() + "h"));
    }
  }

  private static void nodeClass(JsonNode reference, String path, List<Cause> causes) {
    if (reference.path("group").asText("").contains("/")) {
      causes.add(
          FieldErrors.invalid(
              path + ".group", reference.path("group"), "is a group without a version"));
    }
  }

  private static void requirement(JsonNode one, String path, List<Cause> causes) {
    String operator = one.path("operator").asText("");
    JsonNode values = one.path("values");
    if (operator.equals("In") && values.isEmpty()) {
      causes.add(
          FieldErrors.invalid(path + ".values", Check.shown(values), "In needs a value at least"));
    }
    if (COMPARING.contains(operator)
        && (values.size() != 1 || !NUMBER.matcher(values.path(0).asText("")).matches())) {
      causes.add(
          FieldErrors.invalid(
              path + ".values", Check.shown(values), operator + " needs one positive integer"));
    }
    for (JsonNode value : values) {
      Names.labelValue(value.asText(""))
          .ifPresent(wrong -> causes.add(FieldErrors.invalid(path + ".values", value, wrong)));
    }
    least(one.path("minValues"), operator, values.size(), path, causes);
  }

  private static void least(
      JsonNode least, String operator, int values, String path, List<Cause> causes) {
    if (!least.isMissingNode() && (least.asInt() < 1 || least.asInt() > 50)) {
      causes.add(
          FieldErrors.invalid(path + ".minValues", least, "must be between 1 and 50, inclusive"));
    } else if (operator.equals("In") && least.asInt() > values) {
      causes.add(
          FieldErrors.invalid(path + ".minValues", least, "may not be more than there are values"));
    }
  }

  private static void taints(JsonNode taints, String path, Set<String> seen, List<Cause> causes) {
    for (int i = 0; i < taints.size(); i++) {
      JsonNode taint = taints.get(i);
      if (!seen.add(taint.path("key").asText("") + ":" + taint.path("effect").asText(""))) {
        causes.add(FieldErrors.duplicate(path + "[" + i + "]", taint));
      }
    }
  }
}
