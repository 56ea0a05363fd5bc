package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.identity.Ids;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events about pods, off the caller's thread and as best it can. A repeat counts the first
 * one up, at most every ten seconds.
 */
final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final int REMEMBERED = 4096;

  /** What an event is about; {@code container} "" for the object as a whole. */
  record About(
      String apiVersion,
      String kind,
      String namespace,
      String name,
      String uid,
      String container) {}

  private record Same(About about, EventType type, String reason, String message) {}

  private record Written(ObjectKey key, Instant at) {}

  private final ResourceStore store;
  private final Timers timers;
  private final Ids ids;
  private final Telemetry telemetry;
  private final String node;
  private final Map<Same, Written> written =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Same, Written> eldest) {
          return size() > REMEMBERED;
        }
      };

  EventRecorder(ResourceStore store, Timers timers, Ids ids, Telemetry telemetry, String node) {
    this.store = store;
    this.timers = timers;
    this.ids = ids;
    this.telemetry = telemetry;
    this.node = node;
  }

  void tell(About about, EventType type, String reason, String message) {
    Same same = new Same(about, type, reason, message);
    Instant now = timers.now().wall();
    Written before;
    Written next;
    synchronized (written) {
      before = written.get(same);
      if (before != null && Duration.between(before.at(), now).compareTo(QUIET) < 0) {
        return;
      }
      next = new Written(before == null ? name(about) : before.key(), now);
      written.put(same, next);
    }
    timers.execute(() -> write(same, next, before != null));
  }

  private ObjectKey name(About about) {
    String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
    return new ObjectKey(
        ResourceType.EVENTS,
        namespace,
        about.name() + "." + ids.uid().replace("-", "").substring(0, 16));
  }

  private void write(Same same, Written to, boolean repeat) {
    try {
      Optional<Document> before = repeat ? store.get(to.key()) : Optional.empty();
      CommitResult result =
          before.isPresent()
              ? store.commit(
                  new Write.Replace(
                      to.key(), before.get().revision(), "", countUp(before.get(), to.at())))
              : store.commit(new Write.Create(to.key(), Json.storable(event(same, to))));
      if (!(result instanceof CommitResult.Committed)) {
        telemetry.count("ballast_events_dropped_total", 1);
        LOG.debug("event {} was not written: {}", same, result);
      }
    } catch (StoreUnavailableException e) {
      telemetry.count("ballast_events_dropped_total", 1);
      LOG.debug("event {} was not written", same, e);
    }
  }

  private static byte[] countUp(Document before, Instant at) {
    ObjectNode event = before.tree();
    event.put("count", event.path("count").asInt(1) + 1);
    event.put("lastTimestamp", at.truncatedTo(ChronoUnit.SECONDS).toString());
    return Json.storable(event);
  }

  private ObjectNode event(Same same, Written to) {
    String time = to.at().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", to.key().name()).put("namespace", to.key().namespace());
    ObjectNode about =
        event
            .putObject("involvedObject")
            .put("apiVersion", same.about().apiVersion())
            .put("kind", same.about().kind())
            .put("name", same.about().name())
            .put("uid", same.about().uid());
    if (!same.about().namespace().isEmpty()) {
      about.put("namespace", same.about().namespace());
    }
    if (!same.about().container().isEmpty()) {
      about.put("fieldPath", "spec.containers{" + same.about().container() + "}");
    }
    event.put("reason", same.reason()).put("message", same.message());
    event.putObject("source").put("component", "kubelet").put("host", node);
    event.put("firstTimestamp", time).put("lastTimestamp", time).put("count", 1);
    event.put("type", same.type().text());
    event.putNull("eventTime");
    event.put("reportingComponent", "kubelet").put("reportingInstance", node);
    return event;
  }
}
