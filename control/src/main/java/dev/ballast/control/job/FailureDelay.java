package dev.ballast.control.job;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Pod;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * How long after a failure the next pod has to wait: 10 s, doubled with each failure since the last
 * success, at most 10 minutes. Read from the pods that are there, so that it survives restarts; a
 * node whose clock is ahead delays no more than that. Pure.
 */
final class FailureDelay {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private FailureDelay() {}

  /** Zero when a pod may be made now. */
  static Duration left(Job job, List<Cached<Pod>> pods, Now now) {
    Instant lastSuccess =
        pods.stream()
            .filter(pod -> pod.value().status().phase().equals("Succeeded"))
            .map(pod -> endedAt(pod.value(), now))
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    List<Instant> failures =
        pods.stream()
            .filter(pod -> isFailure(job, pod))
            .map(pod -> endedAt(pod.value(), now))
            .filter(at -> at.isAfter(lastSuccess))
            .toList();
    return failures.stream()
        .max(Instant::compareTo)
        .map(newest -> left(failures.size(), newest, now))
        .orElse(Duration.ZERO);
  }

  /** Where each index has a limit of its own it also waits for itself only. */
  static Duration left(int index, List<Cached<Pod>> pods, Now now) {
    return pods.stream()
        .map(Cached::value)
        .filter(pod -> pod.status().phase().equals("Failed") && JobPod.index(pod) == index)
        .max(Comparator.comparingInt(JobPod::indexFailures))
        .map(last -> left(JobPod.indexFailures(last) + 1, endedAt(last, now), now))
        .orElse(Duration.ZERO);
  }

  private static Duration left(int failures, Instant newest, Now now) {
    Duration delay = FIRST.multipliedBy(1L << Math.min(failures - 1, 10));
    Duration capped = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    Duration left = Duration.between(now.wall(), newest.plus(capped));
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(capped) > 0 ? capped : left;
  }

  /** A pod that was deleted while it ran is replaced without delay. */
  private static boolean isFailure(Job job, Cached<Pod> pod) {
    return pod.value().status().phase().equals("Failed")
        && FailureRules.judge(job.spec().podFailurePolicy(), pod).verdict()
            != FailureRules.Verdict.IGNORE;
  }

  private static Instant endedAt(Pod pod, Now now) {
    return pod.status().containerStatuses().stream()
        .filter(c -> c.state().terminated() != null)
        .flatMap(c -> Rfc3339.parse(c.state().terminated().finishedAt()).stream())
        .max(Instant::compareTo)
        .or(() -> pod.condition("Ready").map(Condition::lastTransitionTime).flatMap(Rfc3339::parse))
        .orElse(now.wall());
  }
}
