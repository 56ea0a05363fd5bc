package dev.ballast.control.runner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.meta.KindNames.KindName;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.action.Action;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes Events. An event that repeats (same object, type, reason and message) is the
 * same Event object, counted up: its name is a hash of those, so that this holds across restarts.
 *
 * <p>Best effort: what cannot be written is logged and counted, and never ends a round.
 * Thread-safe.
 */
public final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  /** Kubernetes refuses longer messages. */
  private static final int LONGEST_MESSAGE = 1024;

  private static final int MOST_AT_ONCE = 128;

  private final ResourceStore store;
  private final KindNames names;
  private final Timers timers;
  private final Telemetry telemetry;

  public EventRecorder(ResourceStore store, KindNames names, Timers timers, Telemetry telemetry) {
    this.store = store;
    this.names = names;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  /**
   * @param component who tells, such as {@code replicaset-controller}
   */
  public void tell(String component, Action.Tell tell) {
    try {
      CommitResult result = store.commit(write(key(component, tell), component, tell));
      if (result instanceof CommitResult.Committed) {
        recorded(tell);
      } else {
        dropped(tell, result.toString());
      }
    } catch (StoreUnavailableException e) {
      dropped(tell, e.getMessage());
    }
  }

  private void recorded(Action.Tell tell) {
    telemetry.count("events_recorded_total", 1, "reason", tell.reason());
  }

  void dropped(Action.Tell tell, String why) {
    LOG.info("event {} about {} not written: {}", tell.reason(), tell.about(), why);
    telemetry.count("events_discarded_total", 1, "reason", tell.reason());
  }

  /**
   * Many in as few commits as can be, in their order: thousands of pods may be bound within a
   * second.
   *
   * @param component who tells
   */
  public void tell(String component, List<Action.Tell> tells) {
    Map<ObjectKey, Action.Tell> part = new LinkedHashMap<>();
    for (Action.Tell tell : tells) {
      ObjectKey key = key(component, tell);
      if (part.size() == MOST_AT_ONCE || part.containsKey(key)) {
        together(component, part);
        part.clear();
      }
      part.put(key, tell);
    }
    if (!part.isEmpty()) {
      together(component, part);
    }
  }

  private void together(String component, Map<ObjectKey, Action.Tell> part) {
    try {
      List<Write> writes = new ArrayList<>(part.size());
      part.forEach((key, tell) -> writes.add(write(key, component, tell)));
      if (store.commit(writes) instanceof CommitResult.Committed) {
        part.values().forEach(this::recorded);
      } else {
        // One of them is in the way: each by itself, so that only that one is lost.
        part.values().forEach(tell -> tell(component, tell));
      }
    } catch (StoreUnavailableException e) {
      part.values().forEach(tell -> dropped(tell, e.getMessage()));
    }
  }

  private Write write(ObjectKey key, String component, Action.Tell tell) {
    Optional<Document> known = store.get(key);
    String now = Rfc3339.text(timers.now().wall());
    if (known.isEmpty()) {
      return new Write.Create(key, Json.storable(event(key, component, tell, now)));
    }
    ObjectNode repeated = known.get().tree();
    repeated.put("count", repeated.path("count").asInt(1) + 1).put("lastTimestamp", now);
    return new Write.Replace(key, known.get().revision(), "", Json.storable(repeated));
  }

  /** Events about cluster-scoped objects live in the namespace default. */
  private static ObjectKey key(String component, Action.Tell tell) {
    String namespace = tell.about().namespace().isEmpty() ? "default" : tell.about().namespace();
    String identity =
        String.join(
            "\n",
            component,
            tell.about().type().toString(),
            tell.aboutUid(),
            tell.type().text(),
            tell.reason(),
            tell.message());
    String name = tell.about().name() + "." + String.format("%016x", hash(identity));
    return new ObjectKey(ResourceType.EVENTS, namespace, name);
  }

  /** FNV-1a, 64 bits. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  private ObjectNode event(ObjectKey key, String component, Action.Tell tell, String now) {
    ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
    ObjectNode about = event.putObject("involvedObject");
    Optional<KindName> name = names.of(tell.about().type());
    name.ifPresent(n -> about.put("apiVersion", n.apiVersion()).put("kind", n.kind()));
    if (!tell.about().namespace().isEmpty()) {
      about.put("namespace", tell.about().namespace());
    }
    about.put("name", tell.about().name());
    if (!tell.aboutUid().isEmpty()) {
      about.put("uid", tell.aboutUid());
    }
    event.put("type", tell.type().text()).put("reason", tell.reason());
    String message = tell.message();
    event.put(
        "message",
        message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message);
    event.put("firstTimestamp", now).put("lastTimestamp", now).put("count", 1);
    event.putObject("source").put("component", component);
    event.put("reportingComponent", component).put("reportingInstance", "");
    return event;
  }
}
