package dev.ballast.control.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;

/** An apps/v1 Deployment, as its controller sees it. Absent fields take Kubernetes' defaults. */
public record Deployment(ObjectMeta metadata, Spec spec, Status status) {

  public Deployment {
    status = status == null ? new Status(0, 0, 0, 0, 0, 0, 0, null) : status;
  }

  /**
   * @param progressDeadlineSeconds the largest integer means none
   */
  public record Spec(
      Integer replicas,
      LabelSelector selector,
      JsonNode template,
      Strategy strategy,
      int minReadySeconds,
      Integer revisionHistoryLimit,
      boolean paused,
      Integer progressDeadlineSeconds) {
    public Spec {
      replicas = replicas == null ? 1 : replicas;
      template = template == null ? MissingNode.getInstance() : template;
      strategy = strategy == null ? new Strategy(null, null) : strategy;
      revisionHistoryLimit = revisionHistoryLimit == null ? 10 : revisionHistoryLimit;
      progressDeadlineSeconds = progressDeadlineSeconds == null ? 600 : progressDeadlineSeconds;
    }
  }

  /** {@code type} is RollingUpdate or Recreate. */
  public record Strategy(String type, RollingUpdate rollingUpdate) {
    public Strategy {
      type = type == null || type.isEmpty() ? "RollingUpdate" : type;
      rollingUpdate = rollingUpdate == null ? new RollingUpdate(null, null) : rollingUpdate;
    }

    boolean isRecreate() {
      return type.equals("Recreate");
    }
  }

  /** Numbers or percentages, as written; null where absent. */
  public record RollingUpdate(JsonNode maxSurge, JsonNode maxUnavailable) {}

  public record Status(
      long observedGeneration,
      int replicas,
      int updatedReplicas,
      int readyReplicas,
      int availableReplicas,
      int unavailableReplicas,
      int collisionCount,
      List<Condition> conditions) {
    public Status {
      conditions = Absent.list(conditions);
    }
  }
}
