package dev.ballast.control.workload;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Pod;
import dev.ballast.core.time.Now;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which pods go first when there are too many, as Kubernetes ranks them: not bound before bound,
 * Pending before Unknown before Running, not ready before ready, cheaper by {@value #COST}, on a
 * node with more pods of the same owner before on one with fewer, ready for a shorter time
 * (compared by orders of magnitude) before a longer, more restarts before fewer, younger before
 * older. Pure.
 */
public final class DeletionRank {

  public static final String COST = "controller.kubernetes.io/pod-deletion-cost";

  private DeletionRank() {}

  /**
   * The pods, first to go first.
   *
   * @param related all pods of the same owner (for a ReplicaSet of a Deployment, of its siblings
   *     too), to find crowded nodes
   */
  public static List<Cached<Pod>> sort(List<Cached<Pod>> pods, List<Cached<Pod>> related, Now now) {
    Map<String, Long> crowd =
        related.stream()
            .filter(pod -> pod.value().isBound() && Pods.isActive(pod.value()))
            .collect(
                Collectors.groupingBy(pod -> pod.value().spec().nodeName(), Collectors.counting()));
    return pods.stream().sorted(order(crowd, now)).toList();
  }

  private static Comparator<Cached<Pod>> order(Map<String, Long> crowd, Now now) {
    Comparator<Pod> order =
        Comparator.comparing(Pod::isBound)
            .thenComparing(DeletionRank::phase)
            .thenComparing(Pod::isReady)
            .thenComparing(DeletionRank::cost)
            .thenComparing(pod -> -crowd.getOrDefault(pod.spec().nodeName(), 0L))
            .thenComparing(pod -> magnitude(Pods.readySince(pod).orElse(now.wall()), now))
            .thenComparing(pod -> -restarts(pod))
            .thenComparing(pod -> magnitude(created(pod, now), now));
    return Comparator.<Cached<Pod>, Pod>comparing(Cached::value, order).thenComparing(Cached::key);
  }

  private static int phase(Pod pod) {
    return switch (pod.status().phase()) {
      case "Pending" -> 0;
      case "Unknown" -> 1;
      default -> 2;
    };
  }

  private static int cost(Pod pod) {
    try {
      return Integer.parseInt(pod.metadata().annotations().getOrDefault(COST, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static int restarts(Pod pod) {
    return pod.status().containerStatuses().stream()
        .mapToInt(Pod.ContainerStatus::restartCount)
        .max()
        .orElse(0);
  }

  private static Instant created(Pod pod, Now now) {
    return Rfc3339.parse(pod.metadata().creationTimestamp()).orElse(now.wall());
  }

  /** Binary orders of magnitude of the seconds passed, so that small differences do not count. */
  private static int magnitude(Instant since, Now now) {
    long seconds = Math.max(0, now.wall().getEpochSecond() - since.getEpochSecond());
    return 64 - Long.numberOfLeadingZeros(seconds);
  }
}
