package dev.ballast.control.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.workload.Moves;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.Write;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The changes that scheduling makes to a pod's document. Pure. */
final class PodPatches {

  private static final String SCHEDULED = "PodScheduled";
  private static final String ADVICE = " To place it: ";

  private PodPatches() {}

  /** {@code spec.nodeName}, the GPU devices, and the condition PodScheduled True. */
  static Write.Replace bind(Document pod, Plan.Binding binding, GpuDemand gpu, Instant now) {
    ObjectNode document = pod.tree();
    document.withObjectProperty("spec").put("nodeName", binding.node());
    if (!binding.devices().isEmpty()) {
      document
          .withObjectProperty("metadata")
          .withObjectProperty("annotations")
          .put(DeviceAnnotation.NAME, DeviceAnnotation.of(gpu, binding.devices()));
    }
    condition(document, SCHEDULED, "True", "", "", now);
    return new Write.Replace(pod.key(), pod.revision(), "binding", Json.storable(document));
  }

  /**
   * The condition PodScheduled False; empty when the pod says so already, be it with advice behind
   * the message.
   *
   * @param inVain the pod is nominated to a node that has no place for it any more
   */
  static Optional<Write.Replace> unschedulable(
      Document pod, String message, boolean inVain, Instant now) {
    ObjectNode document = pod.tree();
    boolean cleared =
        inVain && document.withObjectProperty("status").remove("nominatedNodeName") != null;
    String said = advised(document, message) ? message(document) : message;
    return condition(document, SCHEDULED, "False", "Unschedulable", said, now) || cleared
        ? Optional.of(
            new Write.Replace(pod.key(), pod.revision(), "status", Json.storable(document)))
        : Optional.empty();
  }

  /** The same message, and what would help: no news. */
  private static boolean advised(ObjectNode pod, String message) {
    return message(pod).startsWith(message + ADVICE);
  }

  private static String message(ObjectNode pod) {
    for (JsonNode each : pod.path("status").path("conditions")) {
      if (each.path("type").asText().equals(SCHEDULED)) {
        return each.path("message").asText("");
      }
    }
    return "";
  }

  /**
   * The condition with advice behind its message; empty when the pod waits no more, or for another
   * reason, or says so already.
   */
  static Optional<Write.Replace> advice(Document pod, String message, String advice, Instant now) {
    ObjectNode document = pod.tree();
    if (!message(document).startsWith(message)) {
      return Optional.empty();
    }
    String whole = advice.isEmpty() ? message : message + ADVICE + advice;
    return condition(document, SCHEDULED, "False", "Unschedulable", whole, now)
        ? Optional.of(
            new Write.Replace(pod.key(), pod.revision(), "status", Json.storable(document)))
        : Optional.empty();
  }

  /** {@code status.nominatedNodeName}. */
  static Write.Replace nominate(Document pod, String node) {
    ObjectNode document = pod.tree();
    document.withObjectProperty("status").put("nominatedNodeName", node);
    return new Write.Replace(pod.key(), pod.revision(), "status", Json.storable(document));
  }

  /** The same pod once more, on the replacement's node, by its name, and saying what it is. */
  static ObjectNode standIn(Document pod, Replacement replacement, Instant now) {
    ObjectNode document = pod.tree();
    ObjectNode metadata = document.withObjectProperty("metadata");
    ObjectNode fresh = Json.object();
    for (String field :
        List.of("namespace", "generateName", "labels", "annotations", "ownerReferences")) {
      if (metadata.has(field)) {
        fresh.set(field, metadata.get(field));
      }
    }
    fresh.put("name", replacement.name());
    fresh
        .withObjectProperty("annotations")
        .put(Moves.REPLACES, replacement.pod().key().name())
        .put(Moves.REPLACES_UID, replacement.pod().uid());
    document.set("metadata", fresh);
    document.withObjectProperty("spec").put("nodeName", replacement.to());
    document.remove("status");
    condition(document, SCHEDULED, "True", "", "", now);
    return document;
  }

  /** The condition DisruptionTarget: it goes, and for this. */
  static Write.Replace preempted(Document pod, Instant now) {
    ObjectNode document = pod.tree();
    condition(
        document,
        "DisruptionTarget",
        "True",
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
        now);
    return new Write.Replace(pod.key(), pod.revision(), "status", Json.storable(document));
  }

  /** Sets it in its old place or at the end; its time moves only when the status does. */
  private static boolean condition(
      ObjectNode document, String type, String status, String reason, String message, Instant now) {
    ArrayNode conditions = document.withObjectProperty("status").withArrayProperty("conditions");
    ObjectNode condition = null;
    for (JsonNode each : conditions) {
      if (each.path("type").asText().equals(type)) {
        condition = (ObjectNode) each;
      }
    }
    ObjectNode before = condition == null ? Json.object() : condition.deepCopy();
    ObjectNode after = condition == null ? conditions.addObject() : condition;
    after.put("type", type).put("status", status);
    text(after, "reason", reason);
    text(after, "message", message);
    if (!before.path("status").asText().equals(status)) {
      after.putNull("lastProbeTime");
      after.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    return !after.equals(before);
  }

  private static void text(ObjectNode condition, String field, String value) {
    if (value.isEmpty()) {
      condition.remove(field);
    } else {
      condition.put(field, value);
    }
  }
}
