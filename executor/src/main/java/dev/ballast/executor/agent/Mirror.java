package dev.ballast.executor.agent;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local copy of the objects of one type that match, kept by list and watch. The listener runs on
 * the mirror's one task at a time, for every object that is new, changed or gone.
 */
final class Mirror implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
  private static final int BATCH = 256;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ResourceStore store;
  private final Timers timers;
  private final ResourceType type;
  private final FieldSelector fields;
  private final BiConsumer<ObjectKey, Optional<Document>> listener;
  private final Coalesced pump;
  private final Map<ObjectKey, Document> documents = new ConcurrentHashMap<>();
  private volatile Watch watch;
  private volatile boolean synced;
  private volatile boolean closed;

  Mirror(
      ResourceStore store,
      Timers timers,
      ResourceType type,
      FieldSelector fields,
      BiConsumer<ObjectKey, Optional<Document>> listener) {
    this.store = store;
    this.timers = timers;
    this.type = type;
    this.fields = fields;
    this.listener = listener;
    this.pump = new Coalesced(timers, this::pump);
  }

  void start() {
    pump.wake();
  }

  /** True once the first list is in, and the listener has heard of all of it. */
  boolean isSynced() {
    return synced;
  }

  Collection<Document> all() {
    return documents.values();
  }

  private void pump() {
    if (closed) {
      return;
    }
    try {
      if (watch == null) {
        relist();
      }
      drain();
    } catch (StoreUnavailableException e) {
      LOG.info("cannot read {} now, trying again: {}", type, e.getMessage());
      dropWatch();
      timers.schedule(RETRY, pump::wake);
    }
  }

  private void drain() {
    while (true) {
      switch (watch.poll(BATCH)) {
        case Watch.Poll.Events events -> {
          events.events().forEach(this::apply);
          if (!events.more()) {
            return;
          }
        }
        case Watch.Poll.Expired expired -> {
          dropWatch();
          relist();
        }
        case Watch.Poll.Closed ended -> {
          dropWatch();
          timers.schedule(RETRY, pump::wake);
          return;
        }
      }
    }
  }

  private void apply(Watch.Event event) {
    Document document = event.document();
    if (event.change() == Watch.Change.DELETED || !matches(document)) {
      remove(document.key());
    } else {
      put(document);
    }
  }

  private boolean matches(Document document) {
    return fields.isEverything() || fields.matches(document.tree());
  }

  private void put(Document document) {
    Document before = documents.put(document.key(), document);
    if (before == null || before.revision() != document.revision()) {
      listener.accept(document.key(), Optional.of(document));
    }
  }

  private void remove(ObjectKey key) {
    if (documents.remove(key) != null) {
      listener.accept(key, Optional.empty());
    }
  }

  private void relist() {
    Map<ObjectKey, Document> found = new HashMap<>();
    long revision = 0;
    String token = "";
    do {
      ListQuery query = ListQuery.all(type).withFields(fields).withPage(500, token);
      switch (store.list(query)) {
        case ListResult.Page page -> {
          page.documents().forEach(d -> found.put(d.key(), d));
          revision = page.revision();
          token = page.continueToken();
        }
        default -> {
          found.clear();
          token = "";
        }
      }
    } while (!token.isEmpty());
    List.copyOf(documents.keySet()).stream()
        .filter(k -> !found.containsKey(k))
        .forEach(this::remove);
    found.values().forEach(this::put);
    synced = true; // only now: who reaps what is not in the list must not see half of it
    watch = store.watch(new WatchQuery(type, "", revision, fields), pump::wake);
  }

  private void dropWatch() {
    Watch old = watch;
    watch = null;
    if (old != null) {
      old.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    dropWatch();
  }
}
