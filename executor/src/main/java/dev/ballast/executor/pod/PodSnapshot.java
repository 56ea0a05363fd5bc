package dev.ballast.executor.pod;

import dev.ballast.core.container.ContainerState;
import dev.ballast.executor.manifest.PodManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that a decision about one pod rests on.
 *
 * @param wanted false when the pod's object is gone
 * @param instances all sandboxes and containers of the pod on this machine
 * @param health by instance id, of running containers that have probes
 * @param images by container name, of containers that do not run
 * @param restarts by container name
 * @param problems by container name, "" for the pod as a whole
 * @param stopping grace in seconds by instance id, of those being stopped
 * @param hooking ids of instances whose postStart hook is under way
 * @param sandboxStarting the start of the newest sandbox is under way
 * @param terminatingSince when the agent first saw that the pod must go
 * @param eviction why the pod may not stay: it uses more than it may
 */
public record PodSnapshot(
    PodManifest pod,
    boolean wanted,
    List<ContainerState> instances,
    Map<String, Health> health,
    Map<String, ImageView> images,
    Map<String, Backoff> restarts,
    Map<String, Problem> problems,
    Map<String, Long> stopping,
    Set<String> hooking,
    boolean sandboxStarting,
    Optional<Instant> terminatingSince,
    Optional<String> eviction) {

  public PodSnapshot {
    instances = List.copyOf(instances);
    health = Map.copyOf(health);
    images = Map.copyOf(images);
    restarts = Map.copyOf(restarts);
    problems = Map.copyOf(problems);
    stopping = Map.copyOf(stopping);
    hooking = Set.copyOf(hooking);
  }

  /** It runs, but its postStart hook has not ended: nobody is to count on it yet. */
  public boolean isHooking(ContainerState instance) {
    return instance.isRunning() && hooking.contains(instance.id());
  }

  /** Deleted, or about to be: everything must stop. */
  public boolean mustGo() {
    return !wanted || pod.metadata().isDeleting();
  }

  /** Succeeded or Failed already, by its object: nothing may run any more. */
  public boolean isSettled() {
    String phase = pod.status().path("phase").asText("");
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /** Seconds that a pod that must go has, from the moment that the agent saw it. */
  public long graceSeconds() {
    if (!wanted) {
      return Math.min(2, pod.spec().graceSeconds());
    }
    Long own = pod.metadata().deletionGracePeriodSeconds();
    return own == null ? pod.spec().graceSeconds() : own;
  }
}
