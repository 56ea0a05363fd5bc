package dev.ballast.executor.pod;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to do for a pod, and what its status cannot tell from the containers alone.
 *
 * @param actions performed in order; the first that fails ends the round
 * @param waiting per container that does not run: why
 * @param verdict that the pod failed as a whole
 * @param checkAgain look again after this long even if nothing changes
 */
public record PodPlan(
    List<PodAction> actions,
    Map<String, Waiting> waiting,
    Optional<Verdict> verdict,
    Optional<Duration> checkAgain) {

  public PodPlan {
    actions = List.copyOf(actions);
    waiting = Map.copyOf(waiting);
  }

  /** {@code state.waiting} of a container. */
  public record Waiting(String reason, String message) {
    public static final Waiting CREATING = new Waiting("ContainerCreating", "");
    public static final Waiting INITIALIZING = new Waiting("PodInitializing", "");
  }

  /** The pod is Failed, whatever its containers say. */
  public record Verdict(String reason, String message) {}
}
