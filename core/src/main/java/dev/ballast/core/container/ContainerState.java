package dev.ballast.core.container;

import java.time.Instant;
import java.util.Objects;

/**
 * A sandbox or a container as the engine sees it now.
 *
 * @param container the container's name in the pod; "" for a sandbox
 * @param attempt which instance; the highest is the newest
 * @param sandboxAttempt the sandbox that it joined, or is
 * @param hash see {@link ContainerSpec#hash}
 * @param image the reference it was created with
 * @param imageId the engine's id of the image
 * @param address a sandbox's pod address; "" otherwise
 * @param startedAt {@link Instant#EPOCH} before the start; {@code finishedAt} likewise
 * @param error why the engine could not start it, or ""
 */
public record ContainerState(
    String id,
    String name,
    PodRef pod,
    String container,
    int attempt,
    int sandboxAttempt,
    String hash,
    Phase phase,
    int exitCode,
    boolean oomKilled,
    String image,
    String imageId,
    String address,
    Instant createdAt,
    Instant startedAt,
    Instant finishedAt,
    String error) {

  public enum Phase {
    CREATED,
    RUNNING,
    EXITED
  }

  public ContainerState {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(pod, "pod");
    Objects.requireNonNull(phase, "phase");
  }

  public boolean isSandbox() {
    return container.isEmpty();
  }

  public boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  public boolean isExited() {
    return phase == Phase.EXITED;
  }
}
