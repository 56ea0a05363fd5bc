package dev.ballast.control.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.core.model.Condition;
import dev.ballast.core.resource.Json;
import java.util.List;
import java.util.function.ToIntFunction;

/** A Deployment's status: counted from its sets' statuses. Pure. */
final class DeploymentStatus {

  private DeploymentStatus() {}

  /** The counts; conditions are still those of before. */
  static Deployment.Status counts(Deployment deployment, Rollout rollout) {
    List<Cached<ReplicaSet>> all = rollout.all();
    int available = sum(all, ReplicaSet.Status::availableReplicas);
    return new Deployment.Status(
        deployment.metadata().generation(),
        sum(all, ReplicaSet.Status::replicas),
        rollout.current().map(set -> set.value().status().replicas()).orElse(0),
        sum(all, ReplicaSet.Status::readyReplicas),
        available,
        Math.max(0, rollout.totalWanted() - available),
        deployment.status().collisionCount(),
        deployment.status().conditions());
  }

  private static int sum(List<Cached<ReplicaSet>> sets, ToIntFunction<ReplicaSet.Status> count) {
    return sets.stream().mapToInt(set -> count.applyAsInt(set.value().status())).sum();
  }

  /** Every pod is of the current template and available. */
  static boolean isComplete(Deployment deployment, Deployment.Status status) {
    int replicas = deployment.spec().replicas();
    return status.updatedReplicas() == replicas
        && status.replicas() == replicas
        && status.availableReplicas() == replicas
        && status.observedGeneration() >= deployment.metadata().generation();
  }

  /** Something moved forward between two observations. */
  static boolean hasProgressed(Deployment.Status before, Deployment.Status after) {
    return after.updatedReplicas() > before.updatedReplicas()
        || after.replicas() - after.updatedReplicas() < before.replicas() - before.updatedReplicas()
        || after.readyReplicas() > before.readyReplicas()
        || after.availableReplicas() > before.availableReplicas();
  }

  static ObjectNode patch(Deployment.Status status, List<Condition> conditions) {
    ObjectNode patch = Json.object();
    ObjectNode node = patch.putObject("status");
    node.put("observedGeneration", status.observedGeneration());
    putCount(node, "replicas", status.replicas());
    putCount(node, "updatedReplicas", status.updatedReplicas());
    putCount(node, "readyReplicas", status.readyReplicas());
    putCount(node, "availableReplicas", status.availableReplicas());
    putCount(node, "unavailableReplicas", status.unavailableReplicas());
    putCount(node, "collisionCount", status.collisionCount());
    node.set("conditions", Conditions.node(conditions));
    return patch;
  }

  /** Zero counts are absent, as Kubernetes omits them. */
  private static void putCount(ObjectNode node, String field, int count) {
    if (count == 0) {
      node.putNull(field);
    } else {
      node.put(field, count);
    }
  }
}
