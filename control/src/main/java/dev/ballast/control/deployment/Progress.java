package dev.ballast.control.deployment;

import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Condition;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a Deployment: Available, Progressing (with the progress deadline), and
 * ReplicaFailure as its sets report it. Reasons and messages are those that {@code kubectl rollout
 * status} and dashboards look for. Pure.
 */
final class Progress {

  private static final String PROGRESSING = "Progressing";
  private static final String COMPLETE = "NewReplicaSetAvailable";
  private static final String TIMED_OUT = "ProgressDeadlineExceeded";

  private final Deployment deployment;
  private final Rollout rollout;
  private final Now now;

  Progress(Deployment deployment, Rollout rollout, Now now) {
    this.deployment = deployment;
    this.rollout = rollout;
    this.now = now;
  }

  /**
   * @param created the name of a set that this round creates, "" for none
   */
  List<Condition> conditions(Deployment.Status counts, String created) {
    List<Condition> conditions = available(counts);
    conditions = replicaFailure(conditions);
    return deployment.spec().paused() ? paused(conditions) : progress(conditions, counts, created);
  }

  private List<Condition> available(Deployment.Status counts) {
    boolean enough = counts.availableReplicas() >= Limits.of(deployment).minAvailable();
    return set(
        deployment.status().conditions(),
        "Available",
        enough ? "True" : "False",
        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        enough
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.");
  }

  private List<Condition> replicaFailure(List<Condition> conditions) {
    List<Condition> rest = Conditions.without(conditions, "ReplicaFailure");
    Optional<Condition> failure =
        rollout.all().reversed().stream()
            .flatMap(
                set ->
                    Conditions.find(set.value().status().conditions(), "ReplicaFailure").stream())
            .findFirst();
    if (failure.isEmpty()) {
      return rest;
    }
    return set(
        conditions,
        "ReplicaFailure",
        failure.get().status(),
        failure.get().reason(),
        failure.get().message());
  }

  private List<Condition> paused(List<Condition> conditions) {
    String reason = reason(conditions);
    return hasNoDeadline() || reason.equals(TIMED_OUT) || reason.equals("DeploymentPaused")
        ? conditions
        : set(conditions, PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused");
  }

  private List<Condition> progress(
      List<Condition> conditions, Deployment.Status counts, String created) {
    if (hasNoDeadline()) {
      return Conditions.without(conditions, PROGRESSING);
    }
    if (!created.isEmpty()) {
      return set(
          conditions,
          PROGRESSING,
          "True",
          "NewReplicaSetCreated",
          "Created new replica set \"" + created + "\"");
    }
    String reason = reason(conditions);
    boolean settled = counts.replicas() == counts.updatedReplicas() && reason.equals(COMPLETE);
    if (settled) {
      return conditions;
    }
    String set = subject();
    if (DeploymentStatus.isComplete(deployment, counts)) {
      return set(conditions, PROGRESSING, "True", COMPLETE, set + " has successfully progressed.");
    }
    if (DeploymentStatus.hasProgressed(deployment.status(), counts)) {
      return set(conditions, PROGRESSING, "True", "ReplicaSetUpdated", set + " is progressing.");
    }
    if (reason.equals("DeploymentPaused")) {
      return set(conditions, PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed");
    }
    if (reason.isEmpty() || reason.equals(COMPLETE)) {
      return rollout.current().isEmpty()
          ? conditions
          : set(
              conditions,
              PROGRESSING,
              "True",
              reason.isEmpty() ? "FoundNewReplicaSet" : "ReplicaSetUpdated",
              reason.isEmpty() ? "Found new replica set " + quoted() : set + " is progressing.");
    }
    if (!reason.equals(TIMED_OUT) && untilDeadline(conditions).isZero()) {
      return set(conditions, PROGRESSING, "False", TIMED_OUT, set + " has timed out progressing.");
    }
    return conditions;
  }

  /** When to look again for the deadline; empty when nothing is under way. */
  Optional<Duration> checkAgain(List<Condition> conditions) {
    String reason = reason(conditions);
    boolean over = reason.isEmpty() || reason.equals(COMPLETE) || reason.equals(TIMED_OUT);
    return over || hasNoDeadline() || deployment.spec().paused()
        ? Optional.empty()
        : Optional.of(untilDeadline(conditions).plusSeconds(1));
  }

  private Duration untilDeadline(List<Condition> conditions) {
    Instant since =
        Conditions.find(conditions, PROGRESSING)
            .flatMap(c -> Rfc3339.parse(c.lastUpdateTime()))
            .orElse(now.wall());
    Duration left =
        Duration.between(
            now.wall(), since.plusSeconds(deployment.spec().progressDeadlineSeconds()));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private boolean hasNoDeadline() {
    return deployment.spec().progressDeadlineSeconds() == Integer.MAX_VALUE;
  }

  private static String reason(List<Condition> conditions) {
    return Conditions.find(conditions, PROGRESSING).map(Condition::reason).orElse("");
  }

  private String subject() {
    return rollout.current().isPresent()
        ? "ReplicaSet " + quoted()
        : "Deployment \"" + deployment.metadata().name() + "\"";
  }

  private String quoted() {
    return "\"" + rollout.current().map(set -> set.key().name()).orElse("") + "\"";
  }

  /** Progressing moves its lastUpdateTime each time: that is when progress was last seen. */
  private List<Condition> set(
      List<Condition> conditions, String type, String status, String reason, String message) {
    Optional<Condition> before = Conditions.find(conditions, type);
    boolean same =
        before.isPresent()
            && before.get().status().equals(status)
            && before.get().reason().equals(reason);
    if (same && !type.equals(PROGRESSING)) {
      return conditions;
    }
    List<Condition> result =
        new ArrayList<>(Conditions.with(conditions, type, status, reason, message, now));
    result.replaceAll(
        c ->
            c.type().equals(type)
                ? new Condition(
                    type,
                    status,
                    reason,
                    message,
                    c.lastTransitionTime(),
                    "",
                    Rfc3339.text(now.wall()))
                : c);
    return result;
  }
}
