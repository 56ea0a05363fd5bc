package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.Optional;

/** Stages the assignment of a pod to a node. Thread-safe. */
final class Binding {

  private final Setting setting;
  private final Replacement replacement;

  Binding(Setting setting, Replacement replacement) {
    this.setting = setting;
    this.replacement = replacement;
  }

  /** A repeated binding to the same node changes nothing and succeeds. */
  Optional<Failure> stage(Staging staging, Request request, ObjectNode binding) {
    ObjectKey key = request.key();
    Optional<ObjectNode> stored = staging.get(key);
    if (stored.isEmpty()) {
      return Optional.of(Failures.notFound(key));
    }
    ObjectNode pod = stored.get();
    String node = binding.path("target").path("name").asText("");
    return Steps.untilRefused(
        () -> target(binding, node),
        () -> bindable(pod, key.name(), node, Metadata.text(binding, "uid")),
        () -> replacement.stage(staging, request, assigned(pod, node, binding), pod));
  }

  private static Optional<Failure> target(ObjectNode binding, String node) {
    String kind = binding.path("target").path("kind").asText("");
    if (!kind.isEmpty() && !kind.equals("Node")) {
      return invalid(
          binding, FieldErrors.notSupported("target.kind", kind, List.of("Node", "<empty>")));
    }
    return node.isEmpty()
        ? invalid(binding, FieldErrors.required("target.name"))
        : Optional.empty();
  }

  private static Optional<Failure> invalid(ObjectNode binding, Failure.Cause cause) {
    return Optional.of(
        Failures.invalid("", "Binding", Metadata.text(binding, "name"), List.of(cause)));
  }

  private static Optional<Failure> bindable(ObjectNode pod, String name, String node, String uid) {
    ObjectKey binding =
        new ObjectKey(new ResourceType("", "pods/binding"), Metadata.text(pod, "namespace"), name);
    String actual = Metadata.text(pod, "uid");
    if (!uid.isEmpty() && !uid.equals(actual)) {
      return Optional.of(Failures.uidMismatch(binding, uid, actual));
    }
    return obstacle(pod, node).map(why -> Failures.conflict(binding, "pod " + name + " " + why));
  }

  /** Why the pod cannot go to the node now. */
  private static Optional<String> obstacle(ObjectNode pod, String node) {
    if (Metadata.isDeleting(pod)) {
      return Optional.of("is being deleted, cannot be assigned to a host");
    }
    String bound = pod.path("spec").path("nodeName").asText("");
    if (!bound.isEmpty() && !bound.equals(node)) {
      return Optional.of("is already assigned to node \"" + bound + "\"");
    }
    return pod.path("spec").path("schedulingGates").isEmpty()
        ? Optional.empty()
        : Optional.of("has non-empty .spec.schedulingGates");
  }

  /** An assignment that the pod has already keeps its time. */
  private ObjectNode assigned(ObjectNode pod, String node, ObjectNode binding) {
    ObjectNode assigned = pod.deepCopy();
    // What the scheduler settled with the place (its devices, for one) comes as annotations.
    JsonNode annotations = binding.path("metadata").path("annotations");
    if (!annotations.isEmpty()) {
      ObjectNode its = assigned.withObjectProperty("metadata").withObjectProperty("annotations");
      annotations.properties().forEach(one -> its.set(one.getKey(), one.getValue()));
    }
    assigned.withObjectProperty("spec").put("nodeName", node);
    Conditions.set(assigned, "PodScheduled", "True", "", "", setting.timestamp(0));
    return assigned;
  }
}
