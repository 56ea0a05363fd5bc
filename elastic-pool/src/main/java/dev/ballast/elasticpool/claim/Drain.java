package dev.ballast.elasticpool.claim;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.action.Action;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who is still on a node that goes, and what is done about them: they are evicted, so that budgets
 * hold. A claim with a {@code terminationGracePeriod} is not held up by them for longer than that:
 * in time to stop in order, each is deleted. Pure.
 *
 * @param left pods that are waited for
 */
record Drain(int left, List<Action> actions) {

  /** A budget that was used up may have room again. */
  static final Duration AGAIN = Duration.ofSeconds(5);

  /** A pod that should have ended so long ago is not going to say so. */
  private static final Duration STUCK = Duration.ofMinutes(1);

  boolean isDone() {
    return left == 0;
  }

  static Drain of(NodeClaim claim, List<Cached<Pod>> pods, Now now) {
    Optional<Duration> patience =
        Spans.left(
            claim.metadata().deletionTimestamp(),
            Span.parse(claim.spec().terminationGracePeriod()),
            now.wall());
    if (patience.filter(left -> !left.isPositive()).isPresent()) {
      return new Drain(0, List.of());
    }
    List<Action> actions = new ArrayList<>();
    int left = 0;
    for (Cached<Pod> pod : pods) {
      if (isWaitedFor(pod.value(), now)) {
        left++;
        if (!pod.value().metadata().isDeleting()) {
          actions.add(leave(pod, patience));
        }
      }
    }
    return new Drain(left, actions);
  }

  private static boolean isWaitedFor(Pod pod, Now now) {
    boolean stays =
        pod.metadata().controller().filter(owner -> isOfNode(owner.kind())).isPresent()
            || pod.spec().tolerations().stream()
                .anyMatch(toleration -> toleration.tolerates(Karpenter.DISRUPTED));
    boolean stuck =
        pod.metadata().isDeleting()
            && Rfc3339.age(pod.metadata().deletionTimestamp(), now.wall()).compareTo(STUCK) > 0;
    return !pod.isTerminal() && !stays && !stuck;
  }

  /** They come with the node and go with it. */
  private static boolean isOfNode(String owner) {
    return owner.equals("Node") || owner.equals("DaemonSet");
  }

  private static Action leave(Cached<Pod> pod, Optional<Duration> patience) {
    String uid = pod.value().metadata().uid();
    Long grace = pod.value().spec().terminationGracePeriodSeconds();
    long needed = grace == null ? 30 : grace;
    return patience.filter(left -> left.toSeconds() <= needed).isPresent()
        ? new Action.Delete(
            pod.key(),
            new DeleteOptions(
                uid, Math.max(1, patience.get().toSeconds()), DeleteOptions.Propagation.DEFAULT))
        : new ClaimAction.Evict(new PodRef(pod.key(), uid));
  }
}
