package dev.ballast.kinds.engine;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All objects of one small type in memory. Every read first takes in what has been committed since
 * the last one, so it is as fresh as a read of the store and costs none. Thread-safe.
 */
final class Mirror {

  private static final int EVENTS = 500;

  private final ResourceStore store;
  private final ResourceType type;
  private final NavigableMap<ObjectKey, Document> documents = new TreeMap<>();
  private Watch watch;

  Mirror(ResourceStore store, ResourceType type) {
    this.store = store;
    this.type = type;
  }

  synchronized Optional<Document> get(ObjectKey key) {
    catchUp();
    return Optional.ofNullable(documents.get(key));
  }

  /**
   * @param namespace "" for all
   */
  synchronized List<Document> list(String namespace) {
    catchUp();
    return documents.values().stream()
        .filter(document -> namespace.isEmpty() || document.key().namespace().equals(namespace))
        .toList();
  }

  private void catchUp() {
    if (watch == null) {
      load();
    }
    boolean more = true;
    while (more) {
      switch (watch.poll(EVENTS)) {
        case Watch.Poll.Events events -> {
          events.events().forEach(this::apply);
          more = events.more();
        }
        case Watch.Poll.Expired expired -> load();
        case Watch.Poll.Closed closed -> {
          watch = null;
          throw new StoreUnavailableException(closed.reason());
        }
      }
    }
  }

  private void apply(Watch.Event event) {
    Document document = event.document();
    switch (event.change()) {
      case ADDED, MODIFIED -> documents.put(document.key(), document);
      case DELETED -> documents.remove(document.key());
    }
  }

  private void load() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    switch (store.list(ListQuery.all(type))) {
      case ListResult.Page page -> {
        documents.clear();
        page.documents().forEach(document -> documents.put(document.key(), document));
        watch = store.watch(new WatchQuery(type, "", page.revision()), () -> {});
      }
      case ListResult other ->
          throw new StoreUnavailableException("the store cannot list " + type + ": " + other);
    }
  }

  synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
