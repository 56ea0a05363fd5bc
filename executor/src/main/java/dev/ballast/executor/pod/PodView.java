package dev.ballast.executor.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.ContainerState.Phase;
import dev.ballast.executor.manifest.PodManifest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod's instances, sorted: newest first. An instance that the machine has lost (removed by hand,
 * or with the engine's data) is taken from the pod's status, so that what ran is never run again
 * against the restart policy.
 */
public final class PodView {

  /** Exit code of an instance that was running when it was last heard of. */
  public static final int LOST = 137;

  private final List<ContainerState> sandboxes = new ArrayList<>();
  private final Map<String, List<ContainerState>> containers = new HashMap<>();

  public PodView(PodManifest pod, List<ContainerState> instances) {
    for (ContainerState instance : instances) {
      if (instance.isSandbox()) {
        sandboxes.add(instance);
      } else {
        containers.computeIfAbsent(instance.container(), n -> new ArrayList<>()).add(instance);
      }
    }
    Comparator<ContainerState> newestFirst =
        Comparator.comparingInt(ContainerState::attempt).reversed();
    sandboxes.sort(newestFirst);
    containers.values().forEach(list -> list.sort(newestFirst));
    pod.status().path("initContainerStatuses").forEach(status -> remember(pod, status));
    pod.status().path("containerStatuses").forEach(status -> remember(pod, status));
  }

  private void remember(PodManifest pod, JsonNode status) {
    String name = status.path("name").asText();
    if (containers.containsKey(name)) {
      return;
    }
    JsonNode terminated = status.path("state").path("terminated");
    JsonNode running = status.path("state").path("running");
    JsonNode last = status.path("lastState").path("terminated");
    JsonNode end = terminated.isObject() ? terminated : last;
    if (running.isObject()) {
      containers.put(name, List.of(lost(pod, status, running)));
    } else if (end.isObject()) {
      containers.put(name, List.of(ended(pod, status, end)));
    }
  }

  private static ContainerState lost(PodManifest pod, JsonNode status, JsonNode running) {
    Instant started = instant(running.path("startedAt"));
    return remembered(
        pod, status, status.path("containerID").asText(""), LOST, false, started, started);
  }

  private static ContainerState ended(PodManifest pod, JsonNode status, JsonNode end) {
    return remembered(
        pod,
        status,
        end.path("containerID").asText(""),
        end.path("exitCode").asInt(),
        end.path("reason").asText().equals("OOMKilled"),
        instant(end.path("startedAt")),
        instant(end.path("finishedAt")));
  }

  private static ContainerState remembered(
      PodManifest pod,
      JsonNode status,
      String id,
      int exitCode,
      boolean oom,
      Instant started,
      Instant finished) {
    return new ContainerState(
        id.substring(id.indexOf("://") < 0 ? 0 : id.indexOf("://") + 3),
        "",
        pod.ref(),
        status.path("name").asText(),
        status.path("restartCount").asInt(),
        -1,
        "",
        Phase.EXITED,
        exitCode,
        oom,
        status.path("image").asText(""),
        status.path("imageID").asText(""),
        "",
        started,
        started,
        finished,
        "");
  }

  private static Instant instant(JsonNode text) {
    return text.isTextual() ? OffsetDateTime.parse(text.asText()).toInstant() : Instant.EPOCH;
  }

  /** The newest sandbox, whatever its phase. */
  public Optional<ContainerState> sandbox() {
    return sandboxes.stream().findFirst();
  }

  public Optional<ContainerState> runningSandbox() {
    return sandbox().filter(ContainerState::isRunning);
  }

  public List<ContainerState> sandboxes() {
    return sandboxes;
  }

  /** The instances of a container, newest first. */
  public List<ContainerState> of(String container) {
    return containers.getOrDefault(container, List.of());
  }

  public Optional<ContainerState> newest(String container) {
    return of(container).stream().findFirst();
  }

  /** The newest instance if it belongs to the sandbox that runs now. */
  public Optional<ContainerState> current(String container) {
    int attempt = sandbox().map(ContainerState::attempt).orElse(-1);
    return newest(container).filter(instance -> instance.sandboxAttempt() == attempt);
  }

  /** Every container instance on the machine, and so not those only remembered. */
  public List<ContainerState> instances() {
    return containers.values().stream()
        .flatMap(List::stream)
        .filter(instance -> !instance.name().isEmpty())
        .toList();
  }

  public List<ContainerState> running() {
    return instances().stream().filter(ContainerState::isRunning).toList();
  }
}
