package dev.ballast.elasticpool.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Json;
import java.util.List;
import java.util.Map;

/** A karpenter.sh/v1 NodePool: machines of one sort. */
public record NodePool(ObjectMeta metadata, Spec spec, Status status) {

  public NodePool {
    status = status == null ? new Status(null) : status;
  }

  /**
   * @param replicas null for a pool that grows with demand
   */
  public record Spec(Template template, Long replicas, Map<String, String> limits) {
    public Spec {
      limits = Absent.map(limits);
    }
  }

  /** What claims are made from; taken over as it is. */
  public record Template(ObjectNode metadata, ObjectNode spec) {
    public Template {
      metadata = metadata == null ? Json.object() : metadata;
      spec = spec == null ? Json.object() : spec;
    }
  }

  public record Status(List<Condition> conditions) {
    public Status {
      conditions = Absent.list(conditions);
    }
  }

  NodeClassRef nodeClass() {
    var reference = spec.template().spec().path("nodeClassRef");
    return new NodeClassRef(
        reference.path("group").asText(),
        reference.path("kind").asText(),
        reference.path("name").asText());
  }

  boolean isFixed() {
    return spec.replicas() != null;
  }

  /** So many machines may there be at any time, those on their way out included. */
  long limit() {
    String nodes = spec.limits().get("nodes");
    return nodes == null ? Long.MAX_VALUE : Quantity.parse(nodes).units();
  }
}
