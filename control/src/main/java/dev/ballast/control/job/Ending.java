package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Pod;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Whether, how and why a Job comes to its end. Once decided (conditions SuccessCriteriaMet or
 * FailureTarget) it stays decided, while pods still have to go. Pure.
 */
record Ending(boolean success, String reason, String message) {

  static Optional<Ending> of(Job job, Ledger books, List<Cached<Pod>> active, Now now) {
    return decided(job)
        .or(() -> byPolicy(books))
        .or(() -> byBackoffLimit(job, books, active))
        .or(() -> byDeadline(job, now))
        .or(() -> byIndexes(job, books, active))
        .or(() -> bySuccessPolicy(job, books))
        .or(() -> byCompletions(job, books, active));
  }

  private static Optional<Ending> decided(Job job) {
    List<Condition> conditions = job.status().conditions();
    return Conditions.find(conditions, "FailureTarget")
        .filter(Condition::isTrue)
        .map(c -> new Ending(false, c.reason(), c.message()))
        .or(
            () ->
                Conditions.find(conditions, "SuccessCriteriaMet")
                    .filter(Condition::isTrue)
                    .map(c -> new Ending(true, c.reason(), c.message())));
  }

  private static Optional<Ending> byPolicy(Ledger books) {
    return books.jobFailure.isEmpty()
        ? Optional.empty()
        : Optional.of(new Ending(false, "PodFailurePolicy", books.jobFailure));
  }

  private static Optional<Ending> byBackoffLimit(Job job, Ledger books, List<Cached<Pod>> active) {
    int limit = job.spec().backoffLimit();
    boolean exceeded = books.failed > limit;
    if (job.spec().template().at("/spec/restartPolicy").asText().equals("OnFailure")) {
      int restarts = active.stream().mapToInt(pod -> restarts(pod.value())).sum();
      exceeded |= limit == 0 ? restarts > 0 : restarts >= limit;
    }
    return exceeded
        ? Optional.of(
            new Ending(
                false, "BackoffLimitExceeded", "Job has reached the specified backoff limit"))
        : Optional.empty();
  }

  private static int restarts(Pod pod) {
    int restarts = 0;
    for (Pod.ContainerStatus container : pod.status().initContainerStatuses()) {
      restarts += container.restartCount();
    }
    for (Pod.ContainerStatus container : pod.status().containerStatuses()) {
      restarts += container.restartCount();
    }
    return restarts;
  }

  private static Optional<Ending> byDeadline(Job job, Now now) {
    return untilDeadline(job, now)
        .filter(left -> !left.isPositive())
        .map(
            left ->
                new Ending(
                    false, "DeadlineExceeded", "Job was active longer than specified deadline"));
  }

  /** Empty when there is no deadline or its clock does not run. */
  static Optional<Duration> untilDeadline(Job job, Now now) {
    Long seconds = job.spec().activeDeadlineSeconds();
    return seconds == null || job.spec().suspend()
        ? Optional.empty()
        : Rfc3339.parse(job.status().startTime())
            .map(start -> Duration.between(now.wall(), start.plusSeconds(seconds)));
  }

  private static Optional<Ending> byIndexes(Job job, Ledger books, List<Cached<Pod>> active) {
    if (books.failedIndexes.isEmpty()) {
      return Optional.empty();
    }
    int failed = books.failedIndexes.cardinality();
    Integer most = job.spec().maxFailedIndexes();
    if (most != null && failed > most) {
      return Optional.of(
          new Ending(
              false,
              "MaxFailedIndexesExceeded",
              "Job has exceeded the specified maximal number of failed indexes"));
    }
    boolean allDone = failed + books.completed.cardinality() >= job.spec().completions();
    return allDone
        ? Optional.of(new Ending(false, "FailedIndexes", "Job has failed indexes"))
        : Optional.empty();
  }

  private static Optional<Ending> bySuccessPolicy(Job job, Ledger books) {
    if (job.spec().successPolicy() == null || !job.spec().isIndexed()) {
      return Optional.empty();
    }
    List<Job.SuccessRule> rules = job.spec().successPolicy().rules();
    for (int i = 0; i < rules.size(); i++) {
      if (isMet(rules.get(i), job.spec().completions(), books.completed)) {
        return Optional.of(new Ending(true, "SuccessPolicy", "Matched rules at index " + i));
      }
    }
    return Optional.empty();
  }

  private static boolean isMet(Job.SuccessRule rule, int completions, BitSet completed) {
    BitSet counts = (BitSet) completed.clone();
    int wanted = completions;
    if (rule.succeededIndexes() != null) {
      BitSet named = IndexSet.parse(rule.succeededIndexes(), completions);
      counts.and(named);
      wanted = named.cardinality();
    }
    return counts.cardinality() >= (rule.succeededCount() == null ? wanted : rule.succeededCount());
  }

  private static Optional<Ending> byCompletions(Job job, Ledger books, List<Cached<Pod>> active) {
    Integer completions = job.spec().completions();
    boolean met =
        completions == null
            ? books.succeeded > 0 && active.isEmpty()
            : books.succeeded >= completions;
    return met
        ? Optional.of(
            new Ending(true, "CompletionsReached", "Reached expected number of succeeded pods"))
        : Optional.empty();
  }
}
