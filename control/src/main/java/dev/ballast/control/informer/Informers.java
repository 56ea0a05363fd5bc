package dev.ballast.control.informer;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One informer for each kind, shared by the controllers of one process: asking twice gives the same
 * one. Thread-safe.
 */
public final class Informers implements AutoCloseable {

  private record Key(ResourceType type, Class<?> decoded) {}

  /** What an informer is a part of. */
  private record Origin<S, T>(Class<S> whole, Function<S, T> part) {

    Informer<T> informer(Informers all, Key key) {
      return new Part<>(all.of(key.type(), whole), part, key.decoded().getSimpleName());
    }
  }

  private final ResourceStore store;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Map<Key, Informer<?>> informers = new LinkedHashMap<>();
  private final Map<Key, Origin<?, ?>> origins = new LinkedHashMap<>();
  private boolean started;
  private boolean closed;

  public Informers(ResourceStore store, Timers timers, Telemetry telemetry) {
    this.store = store;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  /**
   * From now on informers of that kind and class are parts of those of another class: what several
   * want to know is kept once.
   */
  public synchronized <S, T> void derive(
      ResourceType type, Class<T> decoded, Class<S> whole, Function<S, T> part) {
    Key key = new Key(type, decoded);
    if (informers.containsKey(key)) {
      throw new IllegalStateException(key + " is followed already");
    }
    origins.put(key, new Origin<>(whole, part));
  }

  @SuppressWarnings("unchecked") // the key holds the class that the informer was made with
  public synchronized <T> Informer<T> of(ResourceType type, Class<T> decoded) {
    Key key = new Key(type, decoded);
    Informer<T> known = (Informer<T>) informers.get(key);
    if (known != null) {
      return known;
    }
    Origin<?, T> origin = (Origin<?, T>) origins.get(key);
    Informer<T> made =
        origin == null
            ? new LocalCopy<>(type, decoded, store, timers, telemetry)
            : origin.informer(this, key);
    informers.put(key, made);
    if (started && !closed) {
      made.start();
    }
    return made;
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
