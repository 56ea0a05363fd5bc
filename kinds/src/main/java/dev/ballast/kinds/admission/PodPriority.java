package dev.ballast.kinds.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.admission.Review.Operation;
import java.util.Optional;

/**
 * Turns a pod's priority class into its priority and preemption policy, which nobody may set by
 * hand; and sees to it that one class at most is the default.
 */
final class PodPriority implements Admission {

  private static final String BY_HAND =
      "the %s (%s) must not be provided in pod spec; priority admission controller computed %s"
          + " from the given PriorityClass name";

  @Override
  public Optional<Failure> admit(Review review, State state) {
    if (review.is(Operation.CREATE, ResourceType.PODS)) {
      return pod(review, state);
    }
    if (review.is(Operation.UPDATE, ResourceType.PODS)) {
      keep(review.document().path("spec"), review.previous().path("spec"));
    }
    boolean written =
        review.is(Operation.CREATE, ResourceType.PRIORITY_CLASSES)
            || review.is(Operation.UPDATE, ResourceType.PRIORITY_CLASSES);
    return written && isDefault(review.document()) ? onlyDefault(review, state) : Optional.empty();
  }

  private static Optional<Failure> pod(Review review, State state) {
    ObjectNode spec = review.document().withObjectProperty("spec");
    String name = spec.path("priorityClassName").asText("");
    Optional<ObjectNode> found =
        name.isEmpty()
            ? globalDefault(state).map(Document::tree)
            : state.get(ObjectKey.cluster(ResourceType.PRIORITY_CLASSES, name));
    if (found.isEmpty() && !name.isEmpty()) {
      return Optional.of(
          Failures.forbidden(review.key(), "no PriorityClass with name " + name + " was found"));
    }
    found.ifPresent(
        chosen -> spec.put("priorityClassName", chosen.path("metadata").path("name").asText()));
    int priority = found.map(chosen -> chosen.path("value").asInt()).orElse(0);
    String policy =
        found
            .map(chosen -> chosen.path("preemptionPolicy").asText(""))
            .filter(text -> !text.isEmpty())
            .orElse("PreemptLowerPriority");
    return set(review.key(), spec, priority, policy);
  }

  private static Optional<Failure> set(
      ObjectKey key, ObjectNode spec, int priority, String policy) {
    JsonNode asked = spec.path("priority");
    if (!asked.isMissingNode() && asked.asInt() != priority) {
      return Optional.of(
          Failures.forbidden(key, BY_HAND.formatted("integer value of priority", asked, priority)));
    }
    String askedPolicy = spec.path("preemptionPolicy").asText(policy);
    if (!askedPolicy.equals(policy)) {
      return Optional.of(
          Failures.forbidden(
              key, BY_HAND.formatted("string value of PreemptionPolicy", askedPolicy, policy)));
    }
    spec.put("priority", priority).put("preemptionPolicy", policy);
    return Optional.empty();
  }

  /** An update that leaves out what admission set does not mean to take it away. */
  private static void keep(JsonNode spec, JsonNode previous) {
    for (String field : new String[] {"priority", "preemptionPolicy"}) {
      if (spec instanceof ObjectNode object && !object.has(field) && previous.has(field)) {
        object.set(field, previous.get(field));
      }
    }
  }

  private static Optional<Failure> onlyDefault(Review review, State state) {
    return globalDefault(state)
        .filter(other -> !other.key().equals(review.key()))
        .map(
            other ->
                Failures.forbidden(
                    review.key(),
                    "PriorityClass "
                        + other.key().name()
                        + " is already marked as default. Only one default can exist"));
  }

  private static Optional<Document> globalDefault(State state) {
    return state.list(ResourceType.PRIORITY_CLASSES, "").stream()
        .filter(document -> isDefault(document.tree()))
        .findFirst();
  }

  private static boolean isDefault(ObjectNode priorityClass) {
    return priorityClass.path("globalDefault").asBoolean();
  }
}
