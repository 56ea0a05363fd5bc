package dev.ballast.executor.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.PodManifest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The status that a pod's object should have. Fields and conditions of others stay as they are.
 * Pure.
 */
public final class PodStatus {

  /** What of the node goes into a pod's status. */
  public record Host(String address, String scheme) {}

  private final PodManifest pod;
  private final ObjectNode status;
  private final Now now;

  private PodStatus(PodManifest pod, Now now) {
    this.pod = pod;
    this.status = pod.status().deepCopy();
    this.now = now;
  }

  public static ObjectNode of(
      PodSnapshot snapshot, PodPlan plan, Host host, Map<String, String> messages, Now now) {
    return new PodStatus(snapshot.pod(), now).build(snapshot, plan, host, messages);
  }

  private ObjectNode build(
      PodSnapshot snapshot, PodPlan plan, Host host, Map<String, String> messages) {
    PodView view = new PodView(pod, snapshot.instances());
    ContainerStatuses statuses =
        new ContainerStatuses(snapshot, view, plan, host.scheme(), messages);
    ArrayNode init = statuses.of(pod.spec().initContainers(), true);
    ArrayNode containers = statuses.of(pod.spec().containers(), false);
    if (!init.isEmpty()) {
      status.set("initContainerStatuses", init);
    }
    status.set("containerStatuses", containers);
    status.put("phase", phase(snapshot, plan, init, containers));
    plan.verdict().ifPresent(v -> status.put("reason", v.reason()).put("message", v.message()));
    status.put("qosClass", QosClass.of(pod).text());
    if (!status.has("startTime")) {
      status.put("startTime", ContainerStatuses.time(now.wall()));
    }
    addresses(view, host);
    conditions(view, init, containers);
    return status;
  }

  private String phase(PodSnapshot snapshot, PodPlan plan, ArrayNode init, ArrayNode containers) {
    if (snapshot.isSettled()) {
      return pod.status().path("phase").asText();
    }
    if (plan.verdict().isPresent()) {
      return "Failed";
    }
    String phase = PodPhase.of(pod, init, containers);
    boolean over =
        snapshot.mustGo()
            && snapshot.instances().stream().noneMatch(i -> !i.isSandbox() && i.isRunning());
    return over && phase.equals("Running") ? ended(containers) : phase;
  }

  /** A deleted pod that has stopped is over, whatever its restart policy. */
  private static String ended(ArrayNode containers) {
    for (JsonNode container : containers) {
      if (container.path("state").path("terminated").path("exitCode").asInt(1) != 0) {
        return "Failed";
      }
    }
    return "Succeeded";
  }

  private void addresses(PodView view, Host host) {
    if (!host.address().isEmpty()) {
      status.put("hostIP", host.address());
      status.putArray("hostIPs").addObject().put("ip", host.address());
    }
    Optional<String> address =
        pod.spec().hostNetwork()
            ? view.runningSandbox().map(sandbox -> host.address())
            : view.runningSandbox().map(ContainerState::address);
    address
        .filter(ip -> !ip.isEmpty())
        .ifPresent(
            ip -> {
              status.put("podIP", ip);
              status.putArray("podIPs").addObject().put("ip", ip);
            });
  }

  private void conditions(PodView view, ArrayNode init, ArrayNode containers) {
    Map<String, ObjectNode> conditions = new LinkedHashMap<>();
    pod.status()
        .path("conditions")
        .forEach(c -> conditions.put(c.path("type").asText(), (ObjectNode) c.deepCopy()));
    String phase = status.path("phase").asText();
    boolean done = phase.equals("Succeeded");
    boolean ended = done || phase.equals("Failed");
    set(
        conditions,
        "PodReadyToStartContainers",
        !ended && view.runningSandbox().isPresent(),
        "",
        "");
    String uninitialised = unready(init, true);
    set(
        conditions,
        "Initialized",
        uninitialised.isEmpty() || done || anyStarted(containers),
        done ? "PodCompleted" : "ContainersNotInitialized",
        "containers with incomplete status: [" + uninitialised + "]");
    String unready = unready(containers, false);
    String reason =
        done ? "PodCompleted" : phase.equals("Failed") ? "PodFailed" : "ContainersNotReady";
    String message = ended ? "" : "containers with unready status: [" + unready + "]";
    boolean ready = unready.isEmpty() && !ended;
    set(conditions, "ContainersReady", ready, reason, message);
    Optional<String> gate =
        pod.spec().readinessGates().stream()
            .map(g -> g.conditionType())
            .filter(type -> !isTrue(conditions.get(type)))
            .findFirst();
    set(
        conditions,
        "Ready",
        ready && gate.isEmpty(),
        ready && gate.isPresent() ? "ReadinessGatesNotReady" : reason,
        ready && gate.isPresent()
            ? "corresponding condition of pod readiness gate \"" + gate.get() + "\" does not exist."
            : message);
    if (!isTrue(conditions.get("PodScheduled"))) {
      set(conditions, "PodScheduled", true, "", "");
    }
    ArrayNode list = status.putArray("conditions");
    conditions.values().forEach(list::add);
  }

  private static boolean isTrue(ObjectNode condition) {
    return condition != null && condition.path("status").asText().equals("True");
  }

  /** A sidecar that has ended since is no initialisation that is missing. */
  private static boolean anyStarted(ArrayNode containers) {
    for (JsonNode status : containers) {
      JsonNode state = status.path("state");
      if (state.has("running")
          || state.has("terminated")
          || status.path("lastState").has("terminated")) {
        return true;
      }
    }
    return false;
  }

  private static String unready(ArrayNode statuses, boolean init) {
    StringBuilder names = new StringBuilder();
    for (JsonNode status : statuses) {
      boolean ok = status.path("ready").asBoolean() || init && status.path("started").asBoolean();
      if (!ok) {
        names.append(names.isEmpty() ? "" : " ").append(status.path("name").asText());
      }
    }
    return names.toString();
  }

  /** The transition time moves only when the status does. */
  private void set(
      Map<String, ObjectNode> conditions,
      String type,
      boolean value,
      String reason,
      String message) {
    ObjectNode before = conditions.get(type);
    String text = value ? "True" : "False";
    boolean same = before != null && before.path("status").asText().equals(text);
    ObjectNode condition = Json.object().put("type", type).put("status", text);
    condition.putNull("lastProbeTime");
    condition.put(
        "lastTransitionTime",
        same ? before.path("lastTransitionTime").asText() : ContainerStatuses.time(now.wall()));
    boolean tellsMore = !value || reason.equals("PodCompleted");
    if (tellsMore && !reason.isEmpty()) {
      condition.put("reason", reason);
      if (!value && !message.isEmpty()) {
        condition.put("message", message);
      }
    }
    conditions.put(type, condition);
  }
}
