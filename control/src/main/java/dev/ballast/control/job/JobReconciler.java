package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Conditions;
import dev.ballast.control.meta.Owners;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.workload.Claims;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Pod;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One round of a Job: count what ended (see {@link Ledger}), see whether that ends the Job, else
 * have as many pods at work as wanted. Pure.
 */
final class JobReconciler implements Reconciler<JobView> {

  /** They go with the Job in one commit, which must take them all, each as large as may be. */
  private static final int COUNTED_AT_ONCE = 32;

  @Override
  public Decision<Action> reconcile(JobView view, Now now) {
    if (view.job().isEmpty()) {
      return Decision.of(release(view.pods()));
    }
    Cached<Job> job = view.job().get();
    if (!job.value().spec().isOurs()) {
      return Decision.nothing();
    }
    String uid = job.value().metadata().uid();
    List<Cached<Pod>> owned =
        view.pods().stream()
            .filter(pod -> Owners.isControlledBy(pod.value().metadata(), uid))
            .toList();
    List<Action> strays = strays(job, view.pods());
    if (!strays.isEmpty()) {
      return Decision.of(strays);
    }
    if (job.value().metadata().isDeleting()) {
      return Decision.of(release(owned));
    }
    return job.value().isFinished() ? finished(job, owned, now) : running(job, owned, now);
  }

  /** Lets pods of a Job that is gone, or was replaced by another of its name, go. */
  private static List<Action> release(List<Cached<Pod>> pods) {
    return pods.stream()
        .filter(pod -> JobPod.isTracked(pod.value()))
        .map(pod -> (Action) JobPod.untrack(pod))
        .toList();
  }

  private static List<Action> strays(Cached<Job> job, List<Cached<Pod>> pods) {
    String uid = job.value().metadata().uid();
    List<Action> actions =
        new ArrayList<>(
            release(
                pods.stream()
                    .filter(
                        pod ->
                            pod.value().metadata().controller().isPresent()
                                && !Owners.isControlledBy(pod.value().metadata(), uid))
                    .toList()));
    var selector = job.value().spec().selector();
    if (selector != null && !selector.isEverything()) {
      var self = Owners.controller("batch/v1", "Job", job.value().metadata());
      boolean closed = job.value().isFinished() || job.value().metadata().isDeleting();
      actions.addAll(Claims.of(self, closed, selector, pods, Pod::metadata).actions());
    }
    return actions;
  }

  private static Decision<Action> running(Cached<Job> job, List<Cached<Pod>> owned, Now now) {
    Ledger books = Ledger.of(job.value(), owned, COUNTED_AT_ONCE);
    List<Cached<Pod>> active =
        owned.stream().filter(pod -> JobStatus.isActive(pod.value())).toList();
    Staffing staffing = new Staffing(job, books, owned, active, now);
    // A pod without the mark is one whose removal was begun.
    List<Cached<Pod>> marked =
        active.stream().filter(pod -> JobPod.isTracked(pod.value())).toList();
    Optional<Ending> ending = Ending.of(job.value(), books, marked, now);
    boolean ended =
        books.counted.size() < COUNTED_AT_ONCE
            && owned.stream().allMatch(pod -> pod.value().isTerminal());

    List<Action.Patch> together = new ArrayList<>();
    together.add(
        new Action.Patch(
            job.key(),
            job.revision(),
            "status",
            new JobStatus(job.value(), now).patch(books, owned, ending, ended)));
    books.counted.forEach(pod -> together.add(JobPod.untrack(pod)));
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.Together(together));
    tell(job, ending, ended).ifPresent(actions::add);
    if (ending.isPresent()) {
      // Pods that a success makes needless have not failed.
      boolean counts = !ending.get().success();
      active.forEach(pod -> actions.addAll(counts ? staffing.delete(pod) : staffing.remove(pod)));
    } else {
      active.stream()
          .filter(pod -> !marked.contains(pod))
          .forEach(pod -> actions.addAll(staffing.delete(pod)));
      actions.addAll(new Staffing(job, books, owned, marked, now).actions());
    }
    Decision<Action> decision = Decision.of(actions);
    return checkAgain(job.value(), staffing, now).map(decision::andCheckAgain).orElse(decision);
  }

  private static Optional<Duration> checkAgain(Job job, Staffing staffing, Now now) {
    Optional<Duration> delay = Optional.of(staffing.delay()).filter(Duration::isPositive);
    return Stream.concat(delay.stream(), Ending.untilDeadline(job, now).stream())
        .filter(Duration::isPositive)
        .min(Duration::compareTo)
        .map(left -> left.plusSeconds(1));
  }

  private static Optional<Action> tell(Cached<Job> job, Optional<Ending> ending, boolean ended) {
    String uid = job.value().metadata().uid();
    if (ending.isPresent()) {
      boolean success = ending.get().success();
      boolean first = !job.value().has("FailureTarget");
      return success
          ? ended
              ? Optional.of(
                  new Action.Tell(job.key(), uid, EventType.NORMAL, "Completed", "Job completed"))
              : Optional.empty()
          : first
              ? Optional.of(
                  new Action.Tell(
                      job.key(),
                      uid,
                      EventType.WARNING,
                      ending.get().reason(),
                      ending.get().message()))
              : Optional.empty();
    }
    boolean suspended = job.value().has("Suspended");
    if (job.value().spec().suspend() == suspended) {
      return Optional.empty();
    }
    return Optional.of(
        suspended
            ? new Action.Tell(job.key(), uid, EventType.NORMAL, "Resumed", "Job resumed")
            : new Action.Tell(job.key(), uid, EventType.NORMAL, "Suspended", "Job suspended"));
  }

  /** Nothing changes any more; after the TTL the Job itself goes. */
  private static Decision<Action> finished(Cached<Job> job, List<Cached<Pod>> owned, Now now) {
    List<Action> actions = new ArrayList<>(release(owned));
    Long ttl = job.value().spec().ttlSecondsAfterFinished();
    if (ttl == null) {
      return Decision.of(actions);
    }
    Instant goes = finishedAt(job.value(), now).plusSeconds(ttl);
    Duration left = Duration.between(now.wall(), goes);
    if (left.isPositive()) {
      return Decision.of(actions).andCheckAgain(left);
    }
    actions.add(
        new Action.Delete(
            job.key(),
            new DeleteOptions(
                job.value().metadata().uid(), -1, DeleteOptions.Propagation.FOREGROUND)));
    return Decision.of(actions);
  }

  private static Instant finishedAt(Job job, Now now) {
    return Conditions.find(job.status().conditions(), job.has("Complete") ? "Complete" : "Failed")
        .map(Condition::lastTransitionTime)
        .flatMap(Rfc3339::parse)
        .orElse(now.wall());
  }
}
