package dev.ballast.control.replicaset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;

/** An apps/v1 ReplicaSet, as its controller and the Deployment's see it. */
public record ReplicaSet(ObjectMeta metadata, Spec spec, Status status) {

  public ReplicaSet {
    status = status == null ? new Status(0, 0, 0, 0, 0, null) : status;
  }

  /** {@code replicas} is 1 where absent. */
  public record Spec(
      Integer replicas, int minReadySeconds, LabelSelector selector, JsonNode template) {
    public Spec {
      replicas = replicas == null ? 1 : replicas;
      template = template == null ? MissingNode.getInstance() : template;
    }
  }

  public record Status(
      int replicas,
      int fullyLabeledReplicas,
      int readyReplicas,
      int availableReplicas,
      long observedGeneration,
      List<Condition> conditions) {
    public Status {
      conditions = Absent.list(conditions);
    }
  }
}
