package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.workload.DeletionRank;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.model.Pod;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which pods a running Job makes and removes, to have as many at work as it wants. Pure. */
final class Staffing {

  private static final int BURST = 500;

  private final Cached<Job> job;
  private final Job.Spec spec;
  private final Ledger books;
  private final List<Cached<Pod>> owned;
  private final List<Cached<Pod>> active;
  private final Now now;

  Staffing(
      Cached<Job> job, Ledger books, List<Cached<Pod>> owned, List<Cached<Pod>> active, Now now) {
    this.job = job;
    this.spec = job.value().spec();
    this.books = books;
    this.owned = owned;
    this.active = active;
    this.now = now;
  }

  List<Action> actions() {
    if (spec.suspend()) {
      return active.stream().flatMap(pod -> remove(pod).stream()).toList();
    }
    List<Cached<Pod>> needless = needless();
    List<Cached<Pod>> working = new ArrayList<>(active);
    working.removeAll(needless);
    List<Action> actions = new ArrayList<>();
    needless.forEach(pod -> actions.addAll(remove(pod)));
    int missing = wanted(working.size()) - working.size();
    if (missing < 0) {
      DeletionRank.sort(working, working, now).stream()
          .limit(-missing)
          .forEach(pod -> actions.addAll(remove(pod)));
    } else if (hasOwnDelays() || !delay().isPositive()) {
      actions.addAll(hire(Math.min(missing - leaving(), BURST), working));
    }
    return actions;
  }

  /** How long the next replacement still has to wait after failures. */
  Duration delay() {
    return hasOwnDelays()
        ? owned.stream()
            .map(pod -> JobPod.index(pod.value()))
            .filter(index -> index >= 0 && !isDone(index))
            .map(index -> FailureDelay.left(index, owned, now))
            .filter(Duration::isPositive)
            .min(Duration::compareTo)
            .orElse(Duration.ZERO)
        : FailureDelay.left(job.value(), owned, now);
  }

  /** An index that may fail by itself holds up no other one. */
  private boolean hasOwnDelays() {
    return spec.backoffLimitPerIndex() != null;
  }

  private boolean isDone(int index) {
    return books.completed.get(index) || books.failedIndexes.get(index);
  }

  private int wanted(int working) {
    if (spec.completions() == null) {
      return books.succeeded > 0 ? Math.min(working, spec.parallelism()) : spec.parallelism();
    }
    int open = spec.completions() - books.succeeded - books.failedIndexes.cardinality();
    return Math.max(0, Math.min(spec.parallelism(), open));
  }

  /** Pods on their way out hold their place where only ended ones are replaced. */
  private int leaving() {
    return spec.replacesEndedOnly()
        ? (int)
            owned.stream()
                .filter(pod -> pod.value().metadata().isDeleting())
                .filter(pod -> !Ledger.hasEnded(job.value(), pod.value()))
                .count()
        : 0;
  }

  /** A second pod of an index, and pods of indexes that are done or do not exist. */
  private List<Cached<Pod>> needless() {
    List<Cached<Pod>> needless = new ArrayList<>();
    if (spec.isIndexed()) {
      BitSet taken = new BitSet();
      taken.or(books.completed);
      taken.or(books.failedIndexes);
      for (Cached<Pod> pod : DeletionRank.sort(active, active, now).reversed()) {
        int index = JobPod.index(pod.value());
        if (index < 0 || index >= spec.completions() || taken.get(index)) {
          needless.add(pod);
        } else {
          taken.set(index);
        }
      }
    }
    return needless;
  }

  private List<Action> hire(int count, List<Cached<Pod>> working) {
    List<Action> actions = new ArrayList<>();
    if (!spec.isIndexed()) {
      for (int i = 0; i < count; i++) {
        actions.add(JobPod.create(job));
      }
      return actions;
    }
    BitSet taken = new BitSet();
    taken.or(books.completed);
    taken.or(books.failedIndexes);
    owned.stream()
        .filter(pod -> !Ledger.hasEnded(job.value(), pod.value()))
        .map(pod -> JobPod.index(pod.value()))
        .filter(index -> index >= 0)
        .forEach(taken::set);
    for (int index = taken.nextClearBit(0);
        index < spec.completions() && actions.size() < count;
        index = taken.nextClearBit(index + 1)) {
      if (!hasOwnDelays() || !FailureDelay.left(index, owned, now).isPositive()) {
        actions.add(JobPod.create(job, index, failuresBefore(index)));
      }
    }
    return actions;
  }

  private int failuresBefore(int index) {
    return spec.backoffLimitPerIndex() == null
        ? -1
        : owned.stream()
            .filter(pod -> JobPod.index(pod.value()) == index)
            .mapToInt(pod -> JobPod.indexFailures(pod.value()) + (isIgnored(pod) ? 0 : 1))
            .max()
            .orElse(0);
  }

  private boolean isIgnored(Cached<Pod> pod) {
    return FailureRules.judge(spec.podFailurePolicy(), pod).verdict()
        == FailureRules.Verdict.IGNORE;
  }

  /** First the mark, then the pod: what the Job itself removes is not counted as a failure. */
  List<Action> remove(Cached<Pod> pod) {
    List<Action> actions = new ArrayList<>();
    if (JobPod.isTracked(pod.value())) {
      actions.add(JobPod.untrack(pod));
    }
    actions.addAll(delete(pod));
    return actions;
  }

  /** The pod's end will be counted. */
  List<Action> delete(Cached<Pod> pod) {
    return List.of(
        new Action.Delete(pod.key(), DeleteOptions.ofUid(pod.value().metadata().uid())),
        new Action.Tell(
            job.key(),
            job.value().metadata().uid(),
            EventType.NORMAL,
            "SuccessfulDelete",
            "Deleted pod: " + pod.key().name()));
  }
}
