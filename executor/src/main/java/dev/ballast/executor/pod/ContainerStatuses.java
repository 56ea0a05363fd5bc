package dev.ballast.executor.pod;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.resource.Json;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.pod.PodPlan.Waiting;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code containerStatuses} and {@code initContainerStatuses} of a pod. Pure. */
final class ContainerStatuses {

  private final PodSnapshot snapshot;
  private final PodView view;
  private final PodPlan plan;
  private final String scheme;
  private final Map<String, String> messages;

  /**
   * @param scheme of container ids, {@code docker}
   * @param messages what instances left as termination message, by id
   */
  ContainerStatuses(
      PodSnapshot snapshot,
      PodView view,
      PodPlan plan,
      String scheme,
      Map<String, String> messages) {
    this.snapshot = snapshot;
    this.view = view;
    this.plan = plan;
    this.scheme = scheme;
    this.messages = messages;
  }

  ArrayNode of(List<ContainerManifest> containers, boolean init) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    containers.forEach(container -> list.add(one(container, init)));
    return list;
  }

  private ObjectNode one(ContainerManifest container, boolean init) {
    Optional<ContainerState> newest =
        view.newest(container.name())
            .filter(instance -> instance.phase() != ContainerState.Phase.CREATED)
            .filter(instance -> !snapshot.isHooking(instance));
    Optional<ContainerState> before =
        view.of(container.name()).stream()
            .filter(ContainerState::isExited)
            .filter(instance -> newest.isEmpty() || instance.attempt() < newest.get().attempt())
            .findFirst();
    Waiting waiting = plan.waiting().get(container.name());
    boolean waits = newest.isEmpty() || waiting != null && newest.get().isExited();
    ObjectNode status = Json.object().put("name", container.name());
    status.set("state", state(newest, waits ? orDefault(waiting, init) : null));
    status.set("lastState", lastState(waits ? newest.or(() -> before) : before));
    boolean running = !waits && newest.get().isRunning();
    boolean sidecar = init && container.restartsAlways();
    Health health =
        newest
            .map(instance -> snapshot.health().get(instance.id()))
            .orElseGet(() -> Health.initial(container));
    boolean ready =
        init && !sidecar
            ? newest.filter(i -> i.isExited() && i.exitCode() == 0).isPresent()
            : running && health.ready() && !stopping(newest.get());
    status.put("ready", ready);
    status.put("restartCount", restarts(container, newest));
    status.put("image", container.image());
    status.put("imageID", newest.map(i -> imageId(i.imageId())).orElse(""));
    newest.ifPresent(i -> status.put("containerID", id(i)));
    status.put("started", running && health.started() && (!init || sidecar));
    return status;
  }

  private boolean stopping(ContainerState instance) {
    return snapshot.mustGo() && snapshot.stopping().containsKey(instance.id());
  }

  private Waiting orDefault(Waiting waiting, boolean init) {
    if (waiting != null) {
      return waiting;
    }
    boolean initializing =
        !snapshot.pod().spec().initContainers().isEmpty() && view.runningSandbox().isPresent();
    return initializing || init && initializing ? Waiting.INITIALIZING : Waiting.CREATING;
  }

  private ObjectNode state(Optional<ContainerState> newest, Waiting waiting) {
    ObjectNode state = Json.object();
    if (waiting != null) {
      ObjectNode node = state.putObject("waiting").put("reason", waiting.reason());
      if (!waiting.message().isEmpty()) {
        node.put("message", waiting.message());
      }
      return state;
    }
    ContainerState instance = newest.orElseThrow();
    if (instance.isRunning()) {
      state.putObject("running").put("startedAt", time(instance.startedAt()));
    } else {
      state.set("terminated", terminated(instance));
    }
    return state;
  }

  private ObjectNode lastState(Optional<ContainerState> last) {
    ObjectNode state = Json.object();
    last.ifPresent(instance -> state.set("terminated", terminated(instance)));
    return state;
  }

  private ObjectNode terminated(ContainerState instance) {
    ObjectNode node = Json.object().put("exitCode", instance.exitCode());
    node.put("reason", reason(instance));
    String message = messages.getOrDefault(instance.id(), instance.error());
    if (!message.isEmpty()) {
      node.put("message", message);
    }
    if (instance.startedAt().isAfter(Instant.EPOCH)) {
      node.put("startedAt", time(instance.startedAt()));
    }
    if (instance.finishedAt().isAfter(Instant.EPOCH)) {
      node.put("finishedAt", time(instance.finishedAt()));
    }
    if (!instance.id().isEmpty()) {
      node.put("containerID", id(instance));
    }
    return node;
  }

  private static String reason(ContainerState instance) {
    if (instance.oomKilled()) {
      return "OOMKilled";
    }
    if (instance.name().isEmpty() && instance.exitCode() == PodView.LOST) {
      return "ContainerStatusUnknown";
    }
    if (!instance.error().isEmpty() && instance.exitCode() == 128) {
      return "StartError";
    }
    return instance.exitCode() == 0 ? "Completed" : "Error";
  }

  private int restarts(ContainerManifest container, Optional<ContainerState> newest) {
    return newest
        .map(ContainerState::attempt)
        .orElseGet(() -> view.newest(container.name()).map(ContainerState::attempt).orElse(0));
  }

  private String id(ContainerState instance) {
    return instance.id().isEmpty() ? "" : scheme + "://" + instance.id();
  }

  private String imageId(String id) {
    return id.isEmpty() || id.contains("://") ? id : scheme + "://" + id;
  }

  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
