package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Cause;
import dev.ballast.core.status.Failure.Details;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.DeleteOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stages evictions: a deletion that the pod's disruption budget must allow. The budget is charged
 * in the commit that deletes, so two evictions never spend the same allowance. Thread-safe.
 */
final class Eviction {

  private static final String VIOLATES =
      "Cannot evict pod as it would violate the pod's disruption budget.";

  private final Setting setting;
  private final Deletion deletion;

  Eviction(Setting setting, Deletion deletion) {
    this.setting = setting;
    this.deletion = deletion;
  }

  Optional<Failure> stage(
      Staging staging, Request request, ObjectNode eviction, DeleteOptions options, long revision) {
    Optional<ObjectNode> stored = staging.get(request.key());
    if (stored.isEmpty()) {
      return Optional.of(Failures.notFound(request.key()));
    }
    String name = Metadata.text(eviction, "name");
    if (!name.isEmpty() && !name.equals(request.key().name())) {
      return Optional.of(Failures.badRequest("name in URL does not match name in Eviction object"));
    }
    ObjectNode pod = stored.get();
    return Steps.untilRefused(
        () -> charge(staging, request.key(), pod),
        () -> deletion.stage(staging, request, options, revision),
        () -> {
          tell(staging, request.key());
          return Optional.empty();
        });
  }

  /** A pod that stays for its grace period says why it goes. */
  private void tell(Staging staging, ObjectKey key) {
    staging
        .get(key)
        .filter(pod -> staging.changes(key))
        .ifPresent(
            pod -> {
              Conditions.set(
                  pod,
                  "DisruptionTarget",
                  "True",
                  "EvictionByEvictionAPI",
                  "Eviction API: evicting",
                  setting.timestamp(0));
              staging.replace(key, pod);
            });
  }

  private Optional<Failure> charge(Staging staging, ObjectKey key, ObjectNode pod) {
    String phase = pod.path("status").path("phase").asText("");
    if (Metadata.isDeleting(pod) || !phase.equals("Running") && !phase.equals("Unknown")) {
      return Optional.empty();
    }
    List<Document> budgets =
        staging.list(ResourceType.POD_DISRUPTION_BUDGETS, key.namespace()).stream()
            .filter(budget -> covers(budget.tree(), labels(pod)))
            .toList();
    return switch (budgets.size()) {
      case 0 -> Optional.empty();
      case 1 -> {
        ObjectKey budgetKey = budgets.getFirst().key();
        yield staging
            .get(budgetKey)
            .flatMap(budget -> charge(staging, budgetKey, budget, key.name(), pod));
      }
      default ->
          Optional.of(
              new Failure(
                  500,
                  "InternalError",
                  "This pod has more than one PodDisruptionBudget, which the eviction subresource"
                      + " does not support."));
    };
  }

  private Optional<Failure> charge(
      Staging staging, ObjectKey key, ObjectNode budget, String pod, ObjectNode podTree) {
    JsonNode status = budget.path("status");
    if (!isReady(podTree) && unhealthyMayGo(budget)) {
      return Optional.empty();
    }
    if (status.path("observedGeneration").asLong()
        < Metadata.of(budget).path("generation").asLong()) {
      return Optional.of(
          tooMany(
              "The disruption budget %s is still being processed by the server."
                  .formatted(key.name()),
              10));
    }
    long allowed = status.path("disruptionsAllowed").asLong();
    if (allowed <= 0) {
      return Optional.of(
          tooMany(
              "The disruption budget %s needs %d healthy pods and has %d currently"
                  .formatted(
                      key.name(),
                      status.path("desiredHealthy").asLong(),
                      status.path("currentHealthy").asLong()),
              0));
    }
    ObjectNode charged = budget.withObjectProperty("status");
    charged.put("disruptionsAllowed", allowed - 1);
    charged.withObjectProperty("disruptedPods").put(pod, setting.timestamp(0));
    if (allowed == 1) {
      Conditions.set(
          budget, "DisruptionAllowed", "False", "InsufficientPods", "", setting.timestamp(0));
    }
    staging.replace(key, budget);
    return Optional.empty();
  }

  /** An unready pod does not count as healthy, so its going may cost nothing. */
  private static boolean unhealthyMayGo(ObjectNode budget) {
    if (budget.path("spec").path("unhealthyPodEvictionPolicy").asText("").equals("AlwaysAllow")) {
      return true;
    }
    long desired = budget.path("status").path("desiredHealthy").asLong();
    return desired > 0 && budget.path("status").path("currentHealthy").asLong() >= desired;
  }

  private static boolean isReady(ObjectNode pod) {
    for (JsonNode condition : pod.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** An absent selector matches nothing, an empty one everything. */
  private static boolean covers(ObjectNode budget, Map<String, String> labels) {
    JsonNode selector = budget.path("spec").path("selector");
    return selector.isObject()
        && Json.MAPPER.convertValue(selector, LabelSelector.class).matches(labels);
  }

  private static Map<String, String> labels(ObjectNode pod) {
    Map<String, String> labels = new HashMap<>();
    Metadata.of(pod)
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  private static Failure tooMany(String why, int retryAfterSeconds) {
    return new Failure(
        429,
        "TooManyRequests",
        VIOLATES,
        new Details(
            "", "", "", "", List.of(new Cause("DisruptionBudget", why, "")), retryAfterSeconds));
  }
}
