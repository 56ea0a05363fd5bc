package dev.ballast.control.informer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An informer that keeps what it follows itself.
 *
 * <p>Objects that cannot be decoded are left out, logged and counted.
 */
final class LocalCopy<T> implements Informer<T> {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCopy.class);
  private static final long SILENCE_SECONDS = 10;

  private final ListQuery query;
  private final Class<T> decoded;
  private final Timers timers;
  private final Telemetry telemetry;
  private final ListWatch source;
  private final Table<T> table = new Table<>();

  /** Held while the copy changes and listeners are told. */
  private final Object delivery = new Object();

  private final List<Listener<T>> listeners = new ArrayList<>();
  private final Waiters waiters = new Waiters();
  private volatile long seen = -1;
  private volatile boolean closed;

  LocalCopy(
      ListQuery query, Class<T> decoded, ResourceStore store, Timers timers, Telemetry telemetry) {
    this.query = query;
    this.decoded = decoded;
    this.timers = timers;
    this.telemetry = telemetry;
    this.source = new ListWatch(query, store, timers, telemetry, new Copying());
  }

  LocalCopy(
      ResourceType type,
      Class<T> decoded,
      ResourceStore store,
      Timers timers,
      Telemetry telemetry) {
    this(ListQuery.all(type), decoded, store, timers, telemetry);
  }

  @Override
  public void start() {
    source.signal();
  }

  @Override
  public ResourceType type() {
    return query.type();
  }

  @Override
  public void onChange(Listener<T> listener) {
    synchronized (delivery) {
      listeners.add(listener);
      table.all().forEach(object -> listener.changed(Optional.empty(), Optional.of(object)));
    }
  }

  @Override
  public Optional<Cached<T>> get(ObjectKey key) {
    return table.get(key);
  }

  @Override
  public List<Cached<T>> all() {
    return table.all();
  }

  @Override
  public List<Cached<T>> find(Index<T> index, String term) {
    return table.find(index, term);
  }

  @Override
  public long seen() {
    return seen;
  }

  @Override
  public void whenSeen(long revision, Runnable task) {
    synchronized (delivery) {
      if (seen < revision) {
        Timers.Scheduled alarm =
            timers.schedule(Duration.ofSeconds(SILENCE_SECONDS), () -> relistIfBehind(revision));
        waiters.add(revision, task, alarm);
        source.signal();
        return;
      }
    }
    task.run();
  }

  @Override
  public void resync() {
    source.relistSoon();
  }

  @Override
  public void close() {
    closed = true;
    source.close();
  }

  private void relistIfBehind(long revision) {
    if (seen < revision && !closed) {
      resync();
    }
  }

  private final class Copying implements ListWatch.Sink {

    @Override
    public void listed(List<Document> some) {
      synchronized (delivery) {
        some.forEach(LocalCopy.this::take);
      }
    }

    @Override
    public void replaced(Set<ObjectKey> all, long revision) {
      synchronized (delivery) {
        Set<ObjectKey> gone = table.keys();
        gone.removeAll(all);
        gone.forEach(LocalCopy.this::drop);
        seen = Math.max(seen, revision);
      }
      releaseWaiters();
    }

    @Override
    public void followed(List<Watch.Event> events, long revision) {
      synchronized (delivery) {
        events.forEach(LocalCopy.this::follow);
        seen = Math.max(seen, revision);
      }
      releaseWaiters();
    }
  }

  private void follow(Watch.Event event) {
    switch (event.change()) {
      case ADDED, MODIFIED -> take(event.document());
      case DELETED -> drop(event.document().key());
    }
  }

  private void take(Document document) {
    Optional<Cached<T>> known = table.get(document.key());
    if (known.isPresent() && known.get().revision() == document.revision()) {
      return;
    }
    ObjectKey key = known.map(Cached::key).orElse(document.key());
    Optional<Cached<T>> fresh = wanted(document) ? decode(key, document) : Optional.empty();
    if (fresh.isEmpty()) {
      drop(document.key());
      return;
    }
    tell(table.put(fresh.get()), fresh);
  }

  private void drop(ObjectKey key) {
    Optional<Cached<T>> before = table.remove(key);
    if (before.isPresent()) {
      tell(before, Optional.empty());
    }
  }

  /** A store may send more than asked for. */
  private boolean wanted(Document document) {
    if (query.fields().isEverything() && query.labels().isEverything()) {
      return true;
    }
    ObjectNode tree = document.tree();
    Map<String, String> labels = new HashMap<>();
    tree.path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return query.fields().matches(tree) && query.labels().matches(labels);
  }

  /**
   * @param key the instance that is kept already
   */
  private Optional<Cached<T>> decode(ObjectKey key, Document document) {
    try {
      return Optional.of(new Cached<>(key, document.revision(), document.as(decoded)));
    } catch (UncheckedIOException e) {
      LOG.error("left out an object that cannot be decoded: {}", document, e);
      telemetry.count("informer_undecodable_total", 1, "resource", query.type().toString());
      return Optional.empty();
    }
  }

  private void tell(Optional<Cached<T>> before, Optional<Cached<T>> after) {
    for (Listener<T> listener : listeners) {
      try {
        listener.changed(before, after);
      } catch (RuntimeException e) {
        LOG.error("a listener of {} broke; the others go on", query.type(), e);
        telemetry.count("informer_broken_total", 1, "resource", query.type().toString());
      }
    }
  }

  private void releaseWaiters() {
    List<Runnable> due;
    synchronized (delivery) {
      due = waiters.due(seen);
    }
    due.forEach(Runnable::run);
  }
}
