package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.time.Now;
import java.util.HashSet;
import java.util.Set;

/**
 * Sums a pod up in one word, a ready count and a restart count, from the states of its containers,
 * with the same precedence as Kubernetes' own printer. One use per pod; one thread.
 */
final class PodStatusText {

  private final JsonNode pod;
  private final JsonNode status;
  private final Set<String> sidecars = new HashSet<>();
  private String reason;
  private int ready;
  private long restarts;
  private long sidecarRestarts;
  private String lastRestart = "";
  private String lastSidecarRestart = "";

  PodStatusText(JsonNode pod) {
    this.pod = pod;
    this.status = pod.path("status");
    for (JsonNode container : pod.path("spec").path("initContainers")) {
      if (container.path("restartPolicy").asText("").equals("Always")) {
        sidecars.add(container.path("name").asText(""));
      }
    }
    reason = text(status, "reason").isEmpty() ? text(status, "phase") : text(status, "reason");
    if (condition("PodScheduled").path("reason").asText("").equals("SchedulingGated")) {
      reason = "SchedulingGated";
    }
    boolean initializing = initContainers();
    if (!initializing || isTrue("Initialized")) {
      restarts = sidecarRestarts;
      lastRestart = lastSidecarRestart;
      containers();
    }
    deletion();
  }

  /** One word: Running, Init:0/1, CrashLoopBackOff, Terminating and so on. */
  String reason() {
    return reason;
  }

  /** Ready containers of all that should be. */
  String ready() {
    int total = pod.path("spec").path("containers").size() + sidecars.size();
    return ready + "/" + total;
  }

  /** The count, and how long ago the last was. */
  String restarts(Now now) {
    return restarts == 0 || lastRestart.isEmpty()
        ? Long.toString(restarts)
        : restarts + " (" + HumanDuration.since(lastRestart, now) + " ago)";
  }

  /** True while an init container holds the pod up; the first that does gives the reason. */
  private boolean initContainers() {
    JsonNode containers = status.path("initContainerStatuses");
    boolean initializing = false;
    for (int i = 0; i < containers.size() && !initializing; i++) {
      JsonNode container = containers.get(i);
      boolean sidecar = sidecars.contains(text(container, "name"));
      restarts += container.path("restartCount").asLong();
      lastRestart = later(lastRestart, container);
      if (sidecar) {
        sidecarRestarts += container.path("restartCount").asLong();
        lastSidecarRestart = later(lastSidecarRestart, container);
      }
      initializing = holdsUp(container, sidecar, i);
    }
    return initializing;
  }

  private boolean holdsUp(JsonNode container, boolean sidecar, int index) {
    JsonNode terminated = container.path("state").path("terminated");
    String waiting = text(container.path("state").path("waiting"), "reason");
    if (!terminated.isMissingNode() && terminated.path("exitCode").asInt() == 0) {
      return false;
    }
    if (sidecar && container.path("started").asBoolean()) {
      ready += container.path("ready").asBoolean() ? 1 : 0;
      return false;
    }
    if (!terminated.isMissingNode()) {
      reason = "Init:" + ended(terminated);
    } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
      reason = "Init:" + waiting;
    } else {
      reason = "Init:" + index + "/" + pod.path("spec").path("initContainers").size();
    }
    return true;
  }

  /** Backwards, so that the first container's trouble wins. */
  private void containers() {
    JsonNode containers = status.path("containerStatuses");
    boolean running = false;
    for (int i = containers.size() - 1; i >= 0; i--) {
      JsonNode container = containers.get(i);
      JsonNode state = container.path("state");
      restarts += container.path("restartCount").asLong();
      lastRestart = later(lastRestart, container);
      String waiting = text(state.path("waiting"), "reason");
      if (!waiting.isEmpty()) {
        reason = waiting;
      } else if (state.has("terminated")) {
        reason = ended(state.path("terminated"));
      } else if (container.path("ready").asBoolean() && state.has("running")) {
        running = true;
        ready++;
      }
    }
    if (reason.equals("Completed") && running) {
      reason = isTrue("Ready") ? "Running" : "NotReady";
    }
  }

  private void deletion() {
    if (!pod.path("metadata").has("deletionTimestamp")) {
      return;
    }
    String phase = text(status, "phase");
    if (text(status, "reason").equals("NodeLost")) {
      reason = "Unknown";
    } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
      reason = "Terminating";
    }
  }

  private static String ended(JsonNode terminated) {
    String why = text(terminated, "reason");
    if (!why.isEmpty()) {
      return why;
    }
    int signal = terminated.path("signal").asInt();
    return signal != 0 ? "Signal:" + signal : "ExitCode:" + terminated.path("exitCode").asInt();
  }

  /** RFC 3339 in UTC without fractions sorts as text. */
  private static String later(String known, JsonNode container) {
    String end = text(container.path("lastState").path("terminated"), "finishedAt");
    return end.compareTo(known) > 0 ? end : known;
  }

  private JsonNode condition(String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (text(condition, "type").equals(type)) {
        return condition;
      }
    }
    return status.path("conditions").path(-1);
  }

  private boolean isTrue(String type) {
    return text(condition(type), "status").equals("True");
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
