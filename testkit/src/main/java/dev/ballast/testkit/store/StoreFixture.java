package dev.ballast.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the cases of {@link ResourceStoreContract} share: the store under test and short ways to
 * write and read ConfigMaps, a real kind, so that the cases also run where writes are admitted.
 */
abstract class StoreFixture {

  static final String ALPHA = "alpha";
  static final String BETA = "beta";
  private static final int PATIENCE_SECONDS = 20;

  protected ResourceStore store;

  /** A store with nothing in it but what the adapter cannot be without. */
  protected abstract ResourceStore open() throws Exception;

  /** Makes a namespace usable where the adapter demands that it exists. */
  protected void createNamespace(ResourceStore store, String name) throws Exception {}

  /** Ends a test's use of the store: closes it, or empties one that the next test gets too. */
  protected void finish(ResourceStore store) throws Exception {
    store.close();
  }

  /** Releases what {@link #open} made beside the store. The store itself is finished already. */
  protected void release() throws Exception {}

  /** Whether the test can compact: then {@link #compact} must. */
  protected boolean compacts() {
    return false;
  }

  protected void compact(ResourceStore store, long revision) throws Exception {
    throw new UnsupportedOperationException("override together with compacts()");
  }

  /** False where admission finds what a creation rests on itself. */
  protected boolean keepsBasis() {
    return false;
  }

  /** Whether events carry the version before. */
  protected boolean knowsPrevious() {
    return true;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
    createNamespace(store, ALPHA);
    createNamespace(store, BETA);
  }

  @AfterEach
  void closeStore() throws Exception {
    finish(store);
    release();
  }

  static ObjectKey key(String namespace, String name) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, namespace, name);
  }

  static ObjectKey key(String name) {
    return key(ALPHA, name);
  }

  static byte[] configMap(ObjectKey key, String value, Map<String, String> labels) {
    ObjectNode document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    ObjectNode metadata = document.putObject("metadata");
    metadata.put("name", key.name()).put("namespace", key.namespace());
    metadata.put("uid", UUID.nameUUIDFromBytes(key.toString().getBytes()).toString());
    if (!labels.isEmpty()) {
      ObjectNode target = metadata.putObject("labels");
      labels.forEach(target::put);
    }
    document.putObject("data").put("value", value);
    return Json.storable(document);
  }

  static Write create(ObjectKey key, String value) {
    return new Write.Create(key, configMap(key, value, Map.of()));
  }

  static Write create(ObjectKey key, Map<String, String> labels) {
    return new Write.Create(key, configMap(key, "", labels));
  }

  /** Replaces the value only, as a careful client would: the rest is the document read. */
  static Write replace(Document seen, String value) {
    ObjectNode document = seen.tree();
    document.putObject("data").put("value", value);
    return new Write.Replace(seen.key(), seen.revision(), "", Json.storable(document));
  }

  static Write delete(ObjectKey key) {
    return new Write.Delete(key, 0, DeleteOptions.DEFAULTS);
  }

  CommitResult.Committed committed(Write... writes) {
    return assertInstanceOf(CommitResult.Committed.class, store.commit(List.of(writes)));
  }

  Document created(String name, String value) {
    return committed(create(key(name), value)).documents().getFirst();
  }

  static String value(Document document) {
    return document.tree().at("/data/value").asText();
  }

  ListResult.Page page(ListQuery query) {
    return assertInstanceOf(ListResult.Page.class, store.list(query));
  }

  List<String> names(ListQuery query) {
    return page(query).documents().stream().map(document -> document.key().name()).toList();
  }

  static ListQuery inAlpha() {
    return ListQuery.in(ResourceType.CONFIG_MAPS, ALPHA);
  }

  Probe probe(long afterRevision) {
    return probe(ALPHA, afterRevision);
  }

  Probe probe(String namespace, long afterRevision) {
    return new Probe(new WatchQuery(ResourceType.CONFIG_MAPS, namespace, afterRevision));
  }

  /** A watch with its signal, waited for. */
  final class Probe implements AutoCloseable {
    private final Semaphore signals = new Semaphore(0);
    final Watch watch;

    Probe(WatchQuery query) {
      watch = store.watch(query, signals::release);
    }

    /** The next {@code count} events; fails when they do not come, or more than these do. */
    List<Watch.Event> next(int count) throws InterruptedException {
      List<Watch.Event> events = new ArrayList<>();
      while (events.size() < count) {
        signals.drainPermits();
        Watch.Poll.Events poll =
            assertInstanceOf(Watch.Poll.Events.class, watch.poll(count - events.size()));
        events.addAll(poll.events());
        if (events.size() < count && !poll.more()) {
          awaitSignal("only " + events.size() + " of " + count + " events: " + events);
        }
      }
      assertEquals(count, events.size());
      return events;
    }

    void awaitSignal(String otherwise) throws InterruptedException {
      if (!signals.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        fail(otherwise);
      }
    }

    /** Polls until the answer is no longer one with events. */
    <T extends Watch.Poll> T end(Class<T> kind) throws InterruptedException {
      Watch.Poll poll = watch.poll(100);
      while (poll instanceof Watch.Poll.Events events) {
        if (!events.more()) {
          awaitSignal("the watch did not end: " + events);
        }
        poll = watch.poll(100);
      }
      return assertInstanceOf(kind, poll);
    }

    @Override
    public void close() {
      watch.close();
    }
  }
}
