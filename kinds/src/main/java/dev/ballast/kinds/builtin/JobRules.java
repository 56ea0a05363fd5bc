package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.kinds.schema.FieldErrors;
import dev.ballast.kinds.schema.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Checks of a job's indexes, its success policy and who manages it. Source: kube-apiserver's
 * validation of batch/v1, its limits and words. Pure.
 */
final class JobRules {

  private static final int MOST_INDEXED = 100_000;
  private static final int MANY_COMPLETIONS = 100_000;
  private static final int PARALLEL_WITH_MANY = 10_000;
  private static final int FAILED_WITH_MANY = 10_000;
  private static final int MOST_RULES = 20;
  private static final int LONGEST_INDEXES = 64 * 1024;
  private static final int LONGEST_MANAGER = 63;
  private static final String PATH_SYNTAX = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  private static final Pattern PATH = Pattern.compile(PATH_SYNTAX);

  private JobRules() {}

  static void validate(JsonNode spec, List<Cause> causes) {
    managedBy(spec.path("managedBy"), causes);
    boolean indexed = spec.path("completionMode").asText("").equals("Indexed");
    if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
      causes.add(
          FieldErrors.required("spec.backoffLimitPerIndex", "when maxFailedIndexes is specified"));
    }
    if (indexed) {
      indexed(spec, causes);
    } else {
      notIndexed(spec, causes);
    }
  }

  private static void notIndexed(JsonNode spec, List<Cause> causes) {
    for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy")) {
      if (spec.has(field)) {
        causes.add(
            FieldErrors.invalid(
                "spec." + field, spec.get(field), "requires indexed completion mode"));
      }
    }
  }

  private static void indexed(JsonNode spec, List<Cause> causes) {
    if (!spec.has("completions")) {
      causes.add(FieldErrors.required("spec.completions", "when completion mode is Indexed"));
    }
    atMost(
        spec,
        "parallelism",
        MOST_INDEXED,
        MOST_INDEXED + " when completion mode is Indexed",
        causes);
    int completions = spec.path("completions").asInt();
    if (spec.has("completions")) {
      atMost(spec, "maxFailedIndexes", completions, "completions", causes);
      successPolicy(spec, completions, causes);
    }
    atMost(spec, "maxFailedIndexes", MOST_INDEXED, "" + MOST_INDEXED, causes);
    if (completions > MANY_COMPLETIONS && spec.has("backoffLimitPerIndex")) {
      if (!spec.has("maxFailedIndexes")) {
        causes.add(
            FieldErrors.required(
                "spec.maxFailedIndexes",
                "must be specified when completions is above " + MANY_COMPLETIONS));
      }
      String with =
          " when completions are above "
              + MANY_COMPLETIONS
              + " and used with backoff limit per index";
      atMost(spec, "parallelism", PARALLEL_WITH_MANY, PARALLEL_WITH_MANY + with, causes);
      atMost(spec, "maxFailedIndexes", FAILED_WITH_MANY, FAILED_WITH_MANY + with, causes);
    }
  }

  private static void atMost(
      JsonNode spec, String field, int limit, String shown, List<Cause> causes) {
    if (spec.path(field).asInt() > limit) {
      causes.add(
          FieldErrors.invalid(
              "spec." + field, spec.get(field), "must be less than or equal to " + shown));
    }
  }

  private static void managedBy(JsonNode manager, List<Cause> causes) {
    String path = "spec.managedBy";
    if (manager.isMissingNode()) {
      return;
    }
    String text = manager.asText("");
    String[] parts = text.split("/", 2);
    if (text.isEmpty()) {
      causes.add(FieldErrors.required(path));
    } else if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      causes.add(
          FieldErrors.invalid(
              path, text, "must be a domain-prefixed path (such as \"acme.io/foo\")"));
    } else {
      Names.subdomain(parts[0])
          .ifPresent(why -> causes.add(FieldErrors.invalid(path, parts[0], why)));
      if (!PATH.matcher(parts[1]).matches()) {
        causes.add(
            FieldErrors.invalid(
                path,
                parts[1],
                "invalid path (regex used for validation is '" + PATH_SYNTAX + "')"));
      }
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_MANAGER) {
      causes.add(FieldErrors.tooLong(path, LONGEST_MANAGER));
    }
  }

  private static void successPolicy(JsonNode spec, int completions, List<Cause> causes) {
    JsonNode policy = spec.path("successPolicy");
    if (policy.isMissingNode()) {
      return;
    }
    String path = "spec.successPolicy.rules";
    JsonNode rules = policy.path("rules");
    if (rules.isEmpty()) {
      causes.add(
          FieldErrors.required(
              path, "at least one rules must be specified when the successPolicy is specified"));
    }
    if (rules.size() > MOST_RULES) {
      causes.add(FieldErrors.tooMany(path, rules.size(), MOST_RULES));
    }
    for (int i = 0; i < rules.size(); i++) {
      rule(rules.get(i), path + "[" + i + "]", completions, causes);
    }
  }

  private static void rule(JsonNode rule, String path, int completions, List<Cause> causes) {
    boolean counts = rule.has("succeededCount");
    boolean names = rule.has("succeededIndexes");
    if (!counts && !names) {
      causes.add(
          FieldErrors.required(
              path, "at least one of succeededCount or succeededIndexes must be specified"));
    }
    int named = names ? indexes(rule, path + ".succeededIndexes", completions, causes) : 0;
    if (!counts) {
      return;
    }
    String at = path + ".succeededCount";
    long count = rule.path("succeededCount").asLong();
    if (count < 0) {
      causes.add(FieldErrors.invalid(at, count, "must be greater than or equal to 0"));
    }
    if (count > completions) {
      causes.add(tooHigh(at, count, completions, "the number of specified completions"));
    }
    if (names && count > named) {
      String what = "the number of indexes in the specified succeededIndexes field";
      causes.add(tooHigh(at, count, named, what));
    }
  }

  private static Cause tooHigh(String path, long count, int limit, String what) {
    return FieldErrors.invalid(
        path, count, "must be less than or equal to " + limit + " (" + what + ")");
  }

  /** How many there are; 0 where they cannot be read. */
  private static int indexes(JsonNode rule, String path, int completions, List<Cause> causes) {
    String text = rule.path("succeededIndexes").asText("");
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_INDEXES) {
      causes.add(FieldErrors.tooLong(path, LONGEST_INDEXES));
    }
    try {
      return IndexIntervals.count(text, completions);
    } catch (IllegalArgumentException e) {
      causes.add(
          FieldErrors.invalid(path, text, "error parsing succeededIndexes: " + e.getMessage()));
      return 0;
    }
  }
}
