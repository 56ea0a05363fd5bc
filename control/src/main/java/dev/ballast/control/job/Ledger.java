package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.job.FailureRules.Judgement;
import dev.ballast.control.job.FailureRules.Verdict;
import dev.ballast.core.model.Pod;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A Job's books, with the pods that ended since they were last written.
 *
 * <p>Exactly once: a pod carries the tracking finalizer from its creation, so it cannot vanish
 * uncounted. It is counted and its finalizer taken off in one commit, together with the status that
 * holds the count: whichever line the controller dies at, either both are stored or neither. A pod
 * without the finalizer is never counted (again). So the counts need no list of uncounted pods.
 *
 * <p>Pure; an instance is used for one decision.
 */
final class Ledger {

  final List<Cached<Pod>> counted = new ArrayList<>();
  final BitSet completed;
  final BitSet failedIndexes;
  int succeeded;
  int failed;

  /** Why the failure policy ends the Job; "" when it does not. */
  String jobFailure = "";

  private final Job job;

  private Ledger(Job job) {
    this.job = job;
    this.succeeded = job.status().succeeded();
    this.failed = job.status().failed();
    int completions = job.spec().completions() == null ? 0 : job.spec().completions();
    this.completed = IndexSet.parse(job.status().completedIndexes(), completions);
    this.failedIndexes = IndexSet.parse(job.status().failedIndexes(), completions);
  }

  /**
   * @param owned the Job's pods
   * @param atMost so many are counted in one commit; the rest next time
   */
  static Ledger of(Job job, List<Cached<Pod>> owned, int atMost) {
    Ledger ledger = new Ledger(job);
    owned.stream()
        .filter(pod -> JobPod.isTracked(pod.value()))
        .filter(pod -> hasEnded(job, pod.value()))
        .limit(atMost)
        .forEach(ledger::count);
    return ledger;
  }

  /** Succeeded, failed, or (where the Job does not wait for its end) on its way out. */
  static boolean hasEnded(Job job, Pod pod) {
    boolean leaving = pod.metadata().isDeleting();
    return pod.isTerminal() || (leaving && (!job.spec().replacesEndedOnly() || !pod.isBound()));
  }

  private void count(Cached<Pod> pod) {
    counted.add(pod);
    int index = JobPod.index(pod.value());
    boolean indexed = job.spec().isIndexed();
    if (indexed && (index < 0 || index >= job.spec().completions())) {
      return;
    }
    if (pod.value().status().phase().equals("Succeeded")) {
      succeed(indexed, index);
    } else {
      fail(pod, index);
    }
  }

  /** An index counts once, however many of its pods succeed. */
  private void succeed(boolean indexed, int index) {
    if (!indexed) {
      succeeded++;
    } else if (!completed.get(index)) {
      completed.set(index);
      failedIndexes.clear(index);
      succeeded++;
    }
  }

  private void fail(Cached<Pod> pod, int index) {
    Judgement judgement = FailureRules.judge(job.spec().podFailurePolicy(), pod);
    if (judgement.verdict() == Verdict.IGNORE) {
      return;
    }
    failed++;
    if (judgement.verdict() == Verdict.FAIL_JOB && jobFailure.isEmpty()) {
      jobFailure = judgement.why();
    }
    Integer limit = job.spec().backoffLimitPerIndex();
    boolean spent = limit != null && JobPod.indexFailures(pod.value()) + 1 > limit;
    if (limit != null
        && (spent || judgement.verdict() == Verdict.FAIL_INDEX)
        && !completed.get(index)) {
      failedIndexes.set(index);
    }
  }
}
