package dev.ballast.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ballast.control.meta.Conditions;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;

/** A batch/v1 Job, as its controller sees it. Absent fields take Kubernetes' defaults. */
public record Job(ObjectMeta metadata, Spec spec, Status status) {

  public Job {
    status = status == null ? new Status(null, null, 0, 0, null, null, null) : status;
  }

  /**
   * @param completions null for a work queue: any success ends it
   * @param activeDeadlineSeconds null for none
   * @param ttlSecondsAfterFinished null to keep it
   * @param backoffLimitPerIndex null for none
   * @param podReplacementPolicy TerminatingOrFailed or Failed
   * @param successPolicy null for none
   * @param managedBy the controller that looks after it; null for this one
   */
  public record Spec(
      Integer parallelism,
      Integer completions,
      String completionMode,
      Integer backoffLimit,
      Integer backoffLimitPerIndex,
      Integer maxFailedIndexes,
      Long activeDeadlineSeconds,
      Long ttlSecondsAfterFinished,
      boolean suspend,
      LabelSelector selector,
      JsonNode template,
      PodFailurePolicy podFailurePolicy,
      String podReplacementPolicy,
      SuccessPolicy successPolicy,
      String managedBy) {
    public Spec {
      completions = completions == null && parallelism == null ? Integer.valueOf(1) : completions;
      parallelism = parallelism == null ? 1 : parallelism;
      completionMode = completionMode == null ? "NonIndexed" : completionMode;
      backoffLimit =
          backoffLimit != null
              ? backoffLimit
              : backoffLimitPerIndex == null ? 6 : Integer.MAX_VALUE;
      template = template == null ? MissingNode.getInstance() : template;
      podReplacementPolicy =
          podReplacementPolicy != null
              ? podReplacementPolicy
              : podFailurePolicy == null ? "TerminatingOrFailed" : "Failed";
    }

    boolean isIndexed() {
      return completionMode.equals("Indexed");
    }

    /** False when another controller, outside, looks after it. */
    boolean isOurs() {
      return managedBy == null || managedBy.equals("kubernetes.io/job-controller");
    }

    /** A pod on its way out is replaced only after it has ended. */
    boolean replacesEndedOnly() {
      return podReplacementPolicy.equals("Failed");
    }
  }

  public record PodFailurePolicy(List<Rule> rules) {
    public PodFailurePolicy {
      rules = Absent.list(rules);
    }
  }

  public record SuccessPolicy(List<SuccessRule> rules) {
    public SuccessPolicy {
      rules = Absent.list(rules);
    }
  }

  /** Met when so many (all, where absent) of these indexes (any, where absent) have succeeded. */
  public record SuccessRule(String succeededIndexes, Integer succeededCount) {}

  /** {@code action} is FailJob, FailIndex, Ignore or Count. */
  public record Rule(
      String action, ExitCodes onExitCodes, List<PodConditionPattern> onPodConditions) {
    public Rule {
      onPodConditions = Absent.list(onPodConditions);
    }
  }

  /** {@code operator} is In or NotIn; an empty container name means any. */
  public record ExitCodes(String containerName, String operator, List<Integer> values) {
    public ExitCodes {
      containerName = Absent.text(containerName);
      values = Absent.list(values);
    }
  }

  public record PodConditionPattern(String type, String status) {
    public PodConditionPattern {
      status = status == null ? "True" : status;
    }
  }

  public record Status(
      String startTime,
      String completionTime,
      int succeeded,
      int failed,
      String completedIndexes,
      String failedIndexes,
      List<Condition> conditions) {
    public Status {
      startTime = Absent.text(startTime);
      completionTime = Absent.text(completionTime);
      completedIndexes = Absent.text(completedIndexes);
      failedIndexes = Absent.text(failedIndexes);
      conditions = Absent.list(conditions);
    }
  }

  boolean has(String conditionType) {
    return Conditions.isTrue(status.conditions(), conditionType);
  }

  boolean isFinished() {
    return has("Complete") || has("Failed");
  }
}
