package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.selector.LabelSelector;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.kinds.schema.FieldErrors;
import java.util.List;
import java.util.Optional;

/** The autoscaling/v1 Scale of a workload: a view on its replicas. Pure. */
public final class Scales {

  private Scales() {}

  /** What GET of the scale subresource answers. */
  public static ObjectNode of(ObjectNode workload) {
    ObjectNode scale = Json.object();
    scale.put("apiVersion", "autoscaling/v1").put("kind", "Scale");
    ObjectNode metadata = scale.putObject("metadata");
    for (String field :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      JsonNode value = workload.path("metadata").get(field);
      if (value != null) {
        metadata.set(field, value);
      }
    }
    scale.putObject("spec").put("replicas", workload.path("spec").path("replicas").asInt(1));
    ObjectNode status = scale.putObject("status");
    JsonNode there = workload.path("status");
    // Pools of machines count nodes.
    status.put("replicas", there.path("replicas").asInt(there.path("nodes").asInt(0)));
    JsonNode selector = workload.path("spec").path("selector");
    if (selector.isObject()) {
      status.put("selector", Json.MAPPER.convertValue(selector, LabelSelector.class).toString());
    }
    return scale;
  }

  static Document of(Document workload) {
    return new Document(workload.key(), workload.revision(), Json.bytes(of(workload.tree())));
  }

  /** What is wrong with a Scale that somebody sent. */
  static Optional<Failure> check(String name, ObjectNode scale) {
    String kind = scale.path("kind").asText("Scale");
    if (!kind.equals("Scale")) {
      return Optional.of(Failures.badRequest(kind + " in the data cannot be handled as a Scale"));
    }
    JsonNode replicas = scale.path("spec").path("replicas");
    if (!replicas.isMissingNode() && !replicas.canConvertToInt()) {
      return invalid(name, replicas, "must be an integer");
    }
    return replicas.asLong(0) < 0
        ? invalid(name, replicas, "must be greater than or equal to 0")
        : Optional.empty();
  }

  /**
   * The workload as the Scale wants it. The Scale's uid and resourceVersion go along, so that they
   * are checked as those of the workload.
   */
  static ObjectNode applied(ObjectNode workload, ObjectNode scale) {
    ObjectNode scaled = workload.deepCopy();
    scaled.withObjectProperty("spec").put("replicas", scale.path("spec").path("replicas").asInt(0));
    for (String field : List.of("name", "namespace", "uid", "resourceVersion")) {
      JsonNode value = scale.path("metadata").get(field);
      if (value == null) {
        Metadata.of(scaled).remove(field);
      } else {
        Metadata.of(scaled).set(field, value);
      }
    }
    return scaled;
  }

  private static Optional<Failure> invalid(String name, JsonNode value, String detail) {
    return Optional.of(
        Failures.invalid(
            "autoscaling",
            "Scale",
            name,
            List.of(FieldErrors.invalid("spec.replicas", value, detail))));
  }
}
