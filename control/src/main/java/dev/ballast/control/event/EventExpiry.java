package dev.ballast.control.event;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.runner.Trigger;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Deletes Events some time after they last happened. Pure but for its wiring. */
public final class EventExpiry implements Reconciler<Cached<EventExpiry.Event>> {

  /** A v1 Event, reduced to its times. */
  record Event(ObjectMeta metadata, String lastTimestamp, String eventTime, Series series) {
    Event {
      lastTimestamp = Absent.text(lastTimestamp);
      eventTime = Absent.text(eventTime);
    }

    Instant lastHappened() {
      String observed = series == null ? "" : Absent.text(series.lastObservedTime());
      return Stream.of(lastTimestamp, eventTime, observed, metadata.creationTimestamp())
          .flatMap(text -> Rfc3339.parse(text).stream())
          .max(Instant::compareTo)
          .orElse(Instant.EPOCH);
    }
  }

  record Series(String lastObservedTime) {}

  private final Duration kept;

  private EventExpiry(Duration kept) {
    this.kept = kept;
  }

  /**
   * @param kept how long after its last occurrence an Event stays; Kubernetes keeps one for an hour
   */
  public static Controller<?> controller(Informers informers, Duration kept) {
    Informer<Event> events = informers.of(ResourceType.EVENTS, Event.class);
    return new Controller<Cached<Event>>(
        "event_expiry",
        "event-controller",
        List.of(Trigger.itself(events)),
        (key, refusal) -> events.get(key),
        new EventExpiry(kept),
        1,
        Duration.ofMinutes(30));
  }

  @Override
  public Decision<Action> reconcile(Cached<Event> event, Now now) {
    Duration left = Duration.between(now.wall(), event.value().lastHappened().plus(kept));
    if (left.isPositive()) {
      return Decision.<Action>nothing().andCheckAgain(left);
    }
    DeleteOptions options =
        new DeleteOptions(event.value().metadata().uid(), 0, DeleteOptions.Propagation.BACKGROUND);
    return Decision.of(List.of(new Action.Delete(event.key(), options, event.revision())));
  }
}
