package dev.ballast.control.informer;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One informer for each kind, shared by the controllers of one process: asking twice gives the same
 * one. Thread-safe.
 */
public final class Informers implements AutoCloseable {

  private record Key(ResourceType type, Class<?> decoded) {}

  private final ResourceStore store;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Map<Key, Informer<?>> informers = new LinkedHashMap<>();
  private boolean started;
  private boolean closed;

  public Informers(ResourceStore store, Timers timers, Telemetry telemetry) {
    this.store = store;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  @SuppressWarnings("unchecked") // the key holds the class that the informer was made with
  public synchronized <T> Informer<T> of(ResourceType type, Class<T> decoded) {
    return (Informer<T>)
        informers.computeIfAbsent(
            new Key(type, decoded),
            key -> {
              Informer<T> made = new Informer<>(type, decoded, store, timers, telemetry);
              if (started && !closed) {
                made.start();
              }
              return made;
            });
  }

  public synchronized void start() {
    if (!started) {
      started = true;
      informers.values().forEach(Informer::start);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    informers.values().forEach(Informer::close);
  }
}
