package dev.ballast.control.workload;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.OwnerReference;
import dev.ballast.core.model.Pod;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Questions about pods, and the ways to find them. Pure. */
public final class Pods {

  /** Pods by the uid of their controller. */
  public static final Index<Pod> BY_CONTROLLER =
      new Index<>(
          "controller",
          pod -> pod.value().metadata().controller().map(OwnerReference::uid).stream().toList());

  /** Pods without a controller, by namespace. */
  public static final Index<Pod> ORPHANS =
      new Index<>(
          "orphans",
          pod ->
              pod.value().metadata().controller().isPresent()
                  ? List.of()
                  : List.of(pod.key().namespace()));

  public static final Index<Pod> BY_NAMESPACE =
      new Index<>("namespace", pod -> List.of(pod.key().namespace()));

  /** Bound pods by node. */
  public static final Index<Pod> BY_NODE =
      new Index<>(
          "node",
          pod -> pod.value().isBound() ? List.of(pod.value().spec().nodeName()) : List.of());

  private Pods() {}

  /** Those that a controller owns, and those that nobody does, of its namespace. */
  public static List<Cached<Pod>> ownedOrFree(Informer<Pod> pods, String namespace, String uid) {
    List<Cached<Pod>> found = new ArrayList<>(pods.find(BY_CONTROLLER, uid));
    found.addAll(pods.find(ORPHANS, namespace));
    return found;
  }

  /** Neither finished nor on its way out: it counts as a replica. */
  public static boolean isActive(Pod pod) {
    return !pod.isTerminal() && !pod.metadata().isDeleting();
  }

  /** Since when the pod is ready without a break. */
  public static Optional<Instant> readySince(Pod pod) {
    return pod.condition("Ready")
        .filter(Condition::isTrue)
        .flatMap(c -> Rfc3339.parse(c.lastTransitionTime()));
  }

  /** Ready, and has been for {@code minReadySeconds}. */
  public static boolean isAvailable(Pod pod, int minReadySeconds, Now now) {
    return untilAvailable(pod, minReadySeconds, now).map(Duration::isZero).orElse(false);
  }

  /** How long a ready pod still takes to count as available; empty when it is not ready. */
  public static Optional<Duration> untilAvailable(Pod pod, int minReadySeconds, Now now) {
    if (!pod.isReady()) {
      return Optional.empty();
    }
    if (minReadySeconds <= 0) {
      return Optional.of(Duration.ZERO);
    }
    Duration left =
        readySince(pod)
            .map(since -> Duration.between(now.wall(), since.plusSeconds(minReadySeconds)))
            .orElse(Duration.ofSeconds(minReadySeconds));
    return Optional.of(left.isNegative() ? Duration.ZERO : left);
  }
}
