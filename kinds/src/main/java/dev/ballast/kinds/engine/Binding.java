package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
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
        () -> {
          assign(pod, node, setting.timestamp(0));
          return replacement.stage(staging, request, pod);
        });
  }

  private static Optional<Failure> target(ObjectNode binding, String node) {
    String kind = binding.path("target").path("kind").asText("");
    if (!kind.isEmpty() && !kind.equals("Node")) {
      return Optional.of(
          Failures.invalid(
              "",
              "Binding",
              Metadata.text(binding, "name"),
              java.util.List.of(
                  new Failure.Cause(
                      "FieldValueNotSupported",
                      "Unsupported value: \"%s\": supported values: \"Node\"".formatted(kind),
                      "target.kind"))));
    }
    return node.isEmpty()
        ? Optional.of(
            Failures.invalid(
                "",
                "Binding",
                Metadata.text(binding, "name"),
                java.util.List.of(
                    new Failure.Cause("FieldValueRequired", "Required value", "target.name"))))
        : Optional.empty();
  }

  /** Why a pod cannot go to a node now; also for commits that bind. */
  static Optional<Failure> bindable(ObjectNode pod, String name, String node, String uid) {
    String bound = pod.path("spec").path("nodeName").asText("");
    String why =
        Metadata.isDeleting(pod)
            ? "pod " + name + " is being deleted, cannot be assigned to a host"
            : !bound.isEmpty() && !bound.equals(node)
                ? "pod " + name + " is already assigned to node \"" + bound + "\""
                : !pod.path("spec").path("schedulingGates").isEmpty()
                    ? "pod " + name + " has non-empty .spec.schedulingGates"
                    : !uid.isEmpty() && !uid.equals(Metadata.text(pod, "uid"))
                        ? "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, Metadata.text(pod, "uid"))
                        : "";
    ObjectKey binding =
        new ObjectKey(new ResourceType("", "pods/binding"), Metadata.text(pod, "namespace"), name);
    return why.isEmpty() ? Optional.empty() : Optional.of(Failures.conflict(binding, why));
  }

  /** Changes the pod; an assignment it already has keeps its time. */
  static void assign(ObjectNode pod, String node, String timestamp) {
    pod.withObjectProperty("spec").put("nodeName", node);
    Conditions.set(pod, "PodScheduled", "True", "", "", timestamp);
  }

  static ArrayNode conditions(ObjectNode document) {
    return document.withObjectProperty("status").withArrayProperty("conditions");
  }
}
