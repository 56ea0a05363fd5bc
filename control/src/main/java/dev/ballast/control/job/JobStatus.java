package dev.ballast.control.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import java.util.List;
import java.util.Optional;

/** A Job's status, as a merge patch. Pure. */
final class JobStatus {

  private final Job job;
  private final Now now;

  JobStatus(Job job, Now now) {
    this.job = job;
    this.now = now;
  }

  /**
   * @param ended no pod of the Job is alive any more
   */
  ObjectNode patch(Ledger books, List<Cached<Pod>> pods, Optional<Ending> ending, boolean ended) {
    ObjectNode patch = Json.object();
    ObjectNode status = patch.putObject("status");
    count(status, "active", pods.stream().filter(p -> isActive(p.value())).count());
    long ready = pods.stream().filter(p -> isActive(p.value()) && p.value().isReady()).count();
    status.put("ready", ready);
    status.put(
        "terminating",
        pods.stream()
            .filter(p -> p.value().metadata().isDeleting() && !p.value().isTerminal())
            .count());
    count(status, "succeeded", books.succeeded);
    count(status, "failed", books.failed);
    status.putObject("uncountedTerminatedPods");
    if (job.spec().isIndexed()) {
      text(status, "completedIndexes", IndexSet.text(books.completed));
      if (job.spec().backoffLimitPerIndex() != null) {
        status.put("failedIndexes", IndexSet.text(books.failedIndexes));
      }
    }
    boolean suspended = job.spec().suspend() && ending.isEmpty();
    if (suspended) {
      status.putNull("startTime");
    } else if (job.status().startTime().isEmpty()) {
      status.put("startTime", Rfc3339.text(now.wall()));
    }
    if (ended && ending.filter(Ending::success).isPresent()) {
      status.put("completionTime", Rfc3339.text(now.wall()));
    }
    List<Condition> conditions = conditions(ending, ended);
    if (!conditions.isEmpty()) {
      status.set("conditions", Conditions.node(conditions));
    }
    return patch;
  }

  static boolean isActive(Pod pod) {
    return !pod.isTerminal() && !pod.metadata().isDeleting();
  }

  private List<Condition> conditions(Optional<Ending> ending, boolean ended) {
    List<Condition> conditions = suspension(job.status().conditions(), ending);
    if (ending.isPresent()) {
      Ending end = ending.get();
      conditions = set(conditions, end.success() ? "SuccessCriteriaMet" : "FailureTarget", end);
      if (ended) {
        conditions = set(conditions, end.success() ? "Complete" : "Failed", end);
      }
    }
    return conditions;
  }

  private List<Condition> set(List<Condition> conditions, String type, Ending end) {
    return Conditions.isTrue(conditions, type)
        ? conditions
        : Conditions.with(conditions, type, "True", end.reason(), end.message(), now);
  }

  private List<Condition> suspension(List<Condition> conditions, Optional<Ending> ending) {
    boolean suspend = job.spec().suspend() && ending.isEmpty();
    boolean known = Conditions.isTrue(conditions, "Suspended");
    if (suspend == known) {
      return conditions;
    }
    return Conditions.with(
        conditions,
        "Suspended",
        suspend ? "True" : "False",
        suspend ? "JobSuspended" : "JobResumed",
        suspend ? "Job suspended" : "Job resumed",
        now);
  }

  private static void count(ObjectNode status, String field, long count) {
    if (count == 0) {
      status.putNull(field);
    } else {
      status.put(field, count);
    }
  }

  private static void text(ObjectNode status, String field, String text) {
    if (text.isEmpty()) {
      status.putNull(field);
    } else {
      status.put(field, text);
    }
  }
}
