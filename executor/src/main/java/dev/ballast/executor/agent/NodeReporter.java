package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.container.RuntimeInfo;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.MergePatch;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the Node object: makes it, and brings labels and status to what this machine is. What
 * others put there (taints, cordon, labels, conditions) stays.
 */
final class NodeReporter {

  private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);

  /** Tells the server where pods reach the API, for its certificate. */
  static final String RELAY = "ballast.dev/api-relay";

  private final ResourceStore store;
  private final Timers timers;
  private final AgentConfig config;
  private final String address;
  private final String relay;
  private final MachineIds ids;

  NodeReporter(
      ResourceStore store,
      Timers timers,
      AgentConfig config,
      String address,
      String relay,
      MachineIds ids) {
    this.store = store;
    this.timers = timers;
    this.config = config;
    this.address = address;
    this.relay = relay;
    this.ids = ids;
  }

  private ObjectKey key() {
    return ObjectKey.cluster(ResourceType.NODES, config.nodeName());
  }

  /** What the machine is and has; its conditions as they are now. */
  void report(RuntimeInfo machine, Map<String, Boolean> pressures) {
    for (int attempt = 0; attempt < 5; attempt++) {
      Optional<Document> current = store.get(key());
      CommitResult result =
          current.isEmpty()
              ? store.commit(new Write.Create(key(), Json.storable(fresh(machine, pressures))))
              : update(current.get(), machine, pressures);
      switch (result) {
        case CommitResult.Committed done -> {
          if (current.isPresent()) {
            return;
          }
        }
        case CommitResult.Conflict conflict -> LOG.debug("node changed meanwhile");
        case CommitResult.AlreadyExists exists -> LOG.debug("node exists by now");
        default -> {
          LOG.warn("node {} was not reported: {}", config.nodeName(), result);
          return;
        }
      }
    }
  }

  private ObjectNode fresh(RuntimeInfo machine, Map<String, Boolean> pressures) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    node.set("metadata", metadata(machine).put("name", config.nodeName()));
    node.putObject("spec");
    node.set("status", status(Json.object(), machine, pressures));
    return node;
  }

  private CommitResult update(
      Document current, RuntimeInfo machine, Map<String, Boolean> pressures) {
    ObjectNode node = current.tree();
    JsonNode merged = MergePatch.apply(node.path("metadata"), metadata(machine));
    if (!merged.equals(node.path("metadata"))) {
      node.set("metadata", merged);
      CommitResult result =
          store.commit(new Write.Replace(key(), current.revision(), "", Json.storable(node)));
      if (!(result instanceof CommitResult.Committed committed)) {
        return result;
      }
      return update(committed.documents().getFirst(), machine, pressures);
    }
    node.set("status", status(node.path("status"), machine, pressures));
    return store.commit(
        new Write.Replace(key(), current.revision(), "status", Json.storable(node)));
  }

  private ObjectNode metadata(RuntimeInfo machine) {
    ObjectNode metadata = Json.object();
    ObjectNode labels = metadata.putObject("labels");
    labels.put("kubernetes.io/hostname", config.nodeName());
    labels.put("kubernetes.io/os", machine.operatingSystem());
    labels.put("kubernetes.io/arch", machine.architecture());
    config.labels().forEach(labels::put);
    if (!relay.isEmpty()) {
      metadata.putObject("annotations").put(RELAY, relay);
    }
    return metadata;
  }

  private ObjectNode status(JsonNode before, RuntimeInfo machine, Map<String, Boolean> pressures) {
    ObjectNode status = before.isObject() ? ((ObjectNode) before).deepCopy() : Json.object();
    ObjectNode capacity = Json.object();
    capacity.put("cpu", Integer.toString(machine.cpus()));
    capacity.put("memory", machine.memoryBytes() / 1024 + "Ki");
    capacity.put("ephemeral-storage", machine.diskBytes() / 1024 + "Ki");
    capacity.put("pods", Integer.toString(config.maxPods()));
    status.set("capacity", MergePatch.apply(status.path("capacity"), capacity));
    status.set("allocatable", MergePatch.apply(status.path("allocatable"), capacity));
    ArrayNode addresses = status.putArray("addresses");
    addresses.addObject().put("type", "InternalIP").put("address", address);
    addresses.addObject().put("type", "Hostname").put("address", config.nodeName());
    ObjectNode info = status.putObject("nodeInfo");
    info.put("architecture", machine.architecture());
    info.put("bootID", ids.boot()).put("machineID", ids.machine());
    info.put("systemUUID", ids.system());
    info.put("containerRuntimeVersion", machine.name() + "://" + machine.version());
    info.put("kernelVersion", machine.kernelVersion());
    info.put("kubeProxyVersion", "").put("kubeletVersion", "v1.33.0-ballast");
    info.put("operatingSystem", machine.operatingSystem());
    info.put("osImage", machine.osImage());
    status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", 0);
    conditions(status, pressures);
    return status;
  }

  /** In the order of a kubelet, Ready last, whoever wrote one of them first. */
  private void conditions(ObjectNode status, Map<String, Boolean> pressures) {
    LinkedHashMap<String, ObjectNode> conditions = new LinkedHashMap<>();
    status
        .path("conditions")
        .forEach(c -> conditions.put(c.path("type").asText(), (ObjectNode) c.deepCopy()));
    set(
        conditions,
        "MemoryPressure",
        pressures,
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available");
    set(
        conditions,
        "DiskPressure",
        pressures,
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure");
    set(
        conditions,
        "PIDPressure",
        pressures,
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available");
    boolean engine = pressures.getOrDefault("Ready", true);
    set(
        conditions,
        "Ready",
        engine,
        engine ? "KubeletReady" : "KubeletNotReady",
        engine ? "kubelet is posting ready status" : "container runtime is down");
    ArrayNode list = status.putArray("conditions");
    conditions.values().forEach(list::add);
  }

  private void set(
      LinkedHashMap<String, ObjectNode> conditions,
      String type,
      Map<String, Boolean> pressures,
      String calm,
      String message) {
    boolean pressed = pressures.getOrDefault(type, false);
    set(
        conditions,
        type,
        pressed,
        pressed ? "KubeletHas" + type : calm,
        pressed ? "kubelet has " + type : message);
  }

  private void set(
      LinkedHashMap<String, ObjectNode> conditions,
      String type,
      boolean value,
      String reason,
      String message) {
    String now = timers.now().wall().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode before = conditions.get(type);
    String text = value ? "True" : "False";
    boolean same = before != null && before.path("status").asText().equals(text);
    conditions.putLast(
        type,
        Json.object()
            .put("type", type)
            .put("status", text)
            .put("lastHeartbeatTime", now)
            .put("lastTransitionTime", same ? before.path("lastTransitionTime").asText() : now)
            .put("reason", reason)
            .put("message", message));
  }
}
