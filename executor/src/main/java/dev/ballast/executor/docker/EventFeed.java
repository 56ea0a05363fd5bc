package dev.ballast.executor.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.RuntimeEvent;
import dev.ballast.core.time.Timers;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's event stream. When it breaks it is opened again, and the listener is told to look at
 * everything, because events of the time between are lost.
 */
final class EventFeed implements ContainerRuntime.Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration REOPEN = Duration.ofSeconds(1);

  private final Engine engine;
  private final String scope;
  private final Timers timers;
  private final WarmNetworks networks;
  private final Consumer<RuntimeEvent> listener;
  private volatile boolean closed;
  private volatile Closeable stream;

  EventFeed(
      Engine engine,
      String scope,
      Timers timers,
      WarmNetworks networks,
      Consumer<RuntimeEvent> listener) {
    this.engine = engine;
    this.scope = scope;
    this.timers = timers;
    this.networks = networks;
    this.listener = listener;
    open();
  }

  private void open() {
    if (closed) {
      return;
    }
    try {
      engine
          .patient()
          .eventsCmd()
          .withEventTypeFilter("container")
          .withEventFilter("start", "die", "oom", "destroy")
          .withLabelFilter(Map.of(Labels.SCOPE, scope))
          .exec(new Callback());
    } catch (RuntimeException e) {
      reopen(e);
    }
  }

  private void reopen(Throwable cause) {
    if (!closed) {
      LOG.info("event stream of the engine ended, opening it again: {}", String.valueOf(cause));
      timers.schedule(
          REOPEN,
          () -> {
            open();
            listener.accept(RuntimeEvent.ANYTHING);
          });
    }
  }

  @Override
  public void close() {
    closed = true;
    Closeable open = stream;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("closing the event stream", e);
      }
    }
  }

  private final class Callback implements ResultCallback<Event> {
    private boolean ended;

    @Override
    public void onStart(Closeable closeable) {
      stream = closeable;
    }

    @Override
    public void onNext(Event event) {
      Map<String, String> attributes =
          event.getActor() == null || event.getActor().getAttributes() == null
              ? Map.of()
              : event.getActor().getAttributes();
      Optional<String> uid =
          Labels.isHolder(attributes)
              ? networks.podOf(event.getActor().getId())
              : Optional.of(attributes.getOrDefault(Labels.UID, ""));
      uid.ifPresent(pod -> listener.accept(new RuntimeEvent(pod)));
    }

    @Override
    public void onError(Throwable cause) {
      end(cause);
    }

    @Override
    public void onComplete() {
      end(null);
    }

    private synchronized void end(Throwable cause) {
      if (!ended) {
        ended = true;
        reopen(cause);
      }
    }

    @Override
    public void close() {}
  }
}
