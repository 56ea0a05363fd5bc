package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one pod's status in the store to the newest one wanted. Slow or failing writes never hold
 * up the pod's containers: only the newest status matters.
 */
final class StatusWriter {

  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Set<String> OURS =
      Set.of("PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready");

  private final ResourceStore store;
  private final Timers timers;
  private final Telemetry telemetry;
  private final ObjectKey key;
  private final String uid;
  private final Coalesced task;
  private volatile ObjectNode wanted;
  private volatile JsonNode written;
  private volatile JsonNode stored;
  private volatile Document newest;

  StatusWriter(ResourceStore store, Timers timers, Telemetry telemetry, ObjectKey key, String uid) {
    this.store = store;
    this.timers = timers;
    this.telemetry = telemetry;
    this.key = key;
    this.uid = uid;
    this.task = new Coalesced(timers, this::retrying);
  }

  /** The newest version that the watch has brought: saves a read. */
  void saw(Document document) {
    newest = document;
  }

  /** True when the status in the document is what this agent wrote. */
  boolean isOwn(JsonNode status) {
    return status.equals(stored);
  }

  void want(ObjectNode status) {
    if (!status.equals(wanted)) {
      wanted = status;
      task.wake();
    }
  }

  private void retrying() {
    try {
      if (!write()) {
        timers.schedule(RETRY, task::wake);
      }
    } catch (StoreUnavailableException e) {
      LOG.debug("status of {} waits for the API", key, e);
      timers.schedule(RETRY, task::wake);
    }
  }

  /** Writes now, on this thread; false when it must be tried again. */
  synchronized boolean write() {
    ObjectNode status = wanted;
    if (status == null || status.equals(written)) {
      return true;
    }
    Optional<Document> current = Optional.ofNullable(newest).or(() -> store.get(key));
    for (int attempt = 0; attempt < 5 && current.isPresent(); attempt++) {
      ObjectNode document = current.get().tree();
      if (!document.path("metadata").path("uid").asText("").equals(uid)) {
        return true;
      }
      ObjectNode merged = merge(status, document.path("status"));
      if (merged.equals(document.path("status"))) {
        written = status;
        stored = merged;
        return true;
      }
      document.set("status", merged);
      CommitResult result =
          store.commit(
              new Write.Replace(key, current.get().revision(), "status", Json.storable(document)));
      switch (result) {
        case CommitResult.Committed committed -> {
          written = status;
          stored = merged;
          newest = committed.documents().getFirst();
          telemetry.count("ballast_pod_status_writes_total", 1);
          return true;
        }
        case CommitResult.Conflict conflict -> current = store.get(key);
        case CommitResult.NotFound gone -> {
          return true;
        }
        default -> {
          LOG.warn("status of {} was not taken: {}", key, result);
          return false;
        }
      }
    }
    return current.isEmpty();
  }

  /** Others' conditions stay; a phase that says the pod is over stays too. */
  private static ObjectNode merge(ObjectNode ours, JsonNode theirs) {
    ObjectNode merged = theirs.isObject() ? ((ObjectNode) theirs).deepCopy() : Json.object();
    String phase = merged.path("phase").asText("");
    ours.properties().forEach(e -> merged.set(e.getKey(), e.getValue()));
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      merged.put("phase", phase);
    }
    Map<String, JsonNode> conditions = new LinkedHashMap<>();
    theirs.path("conditions").forEach(c -> conditions.put(c.path("type").asText(), c));
    Map<String, JsonNode> mine = new HashMap<>();
    ours.path("conditions").forEach(c -> mine.put(c.path("type").asText(), c));
    mine.forEach(
        (type, condition) -> {
          if (OURS.contains(type) || !conditions.containsKey(type)) {
            conditions.put(type, condition);
          }
        });
    ArrayNode list = merged.putArray("conditions");
    conditions.values().forEach(c -> list.add(c.deepCopy()));
    return merged;
  }
}
