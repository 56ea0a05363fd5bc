package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything at once on the real parts: writers, pages, watches, heartbeats, compaction. */
class ConcurrencyTest {

  private static final int WRITERS = 6;
  private static final int COMMITS = 250;
  private static final String NODE_LEASES = "kube-node-lease";

  @TempDir Path directory;
  private StateGrid grid;
  private ResourceStore store;
  private final AtomicBoolean done = new AtomicBoolean();

  @BeforeEach
  void open() {
    grid = StateGrid.open(Settings.in(directory), new WallTimers(), Telemetry.NONE);
    store = grid.store();
  }

  @AfterEach
  void close() {
    grid.close();
  }

  /**
   * Each writer writes the same turn to a pair in one commit, so a torn view shows unequal turns.
   */
  @Test
  void nobodySeesATornOrMissingCommit() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Semaphore signals = new Semaphore(0);
      Watch eager = store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", 1), signals::release);
      Watch lazy = store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", 1), () -> {});
      Future<?> watching = executor.submit(() -> watchAll(eager, signals));
      Future<?> listing = executor.submit(this::listUntilDone);
      Future<?> beating = executor.submit(this::beatUntilDone);
      Future<?> leases = executor.submit(this::listLeasesUntilDone);
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int mine = writer;
        writers.add(executor.submit(() -> writePairs(mine)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      watching.get();
      done.set(true);
      listing.get();
      beating.get();
      leases.get();
      // The lazy one is thousands of changes behind: it has to go through the log.
      watchAll(lazy, null);
      grid.compact(store.revision());
      listPairs(1000);
    }
  }

  private void writePairs(int writer) {
    Map<String, Document> newest = new HashMap<>();
    for (int turn = 0; turn < COMMITS; turn++) {
      List<Write> writes = new ArrayList<>();
      for (String side : List.of("left", "right")) {
        ObjectKey key =
            new ObjectKey(ResourceType.CONFIG_MAPS, "ns", "w" + writer + "-" + turn % 5 + side);
        writes.add(write(key, newest.get(key.name()), turn));
      }
      CommitResult.Committed committed =
          assertInstanceOf(CommitResult.Committed.class, store.commit(writes));
      committed.documents().forEach(document -> newest.put(document.key().name(), document));
    }
  }

  private static Write write(ObjectKey key, Document current, int turn) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "Any").putObject("metadata").put("n", key.name());
    document.put("turn", turn);
    byte[] json = Json.storable(document);
    return current == null
        ? new Write.Create(key, json)
        : new Write.Replace(key, current.revision(), "", json);
  }

  private void watchAll(Watch watch, Semaphore signals) {
    Map<Long, List<Watch.Event>> commits = new HashMap<>();
    long last = 0;
    while (commits.size() < WRITERS * COMMITS) {
      Watch.Poll.Events poll = assertInstanceOf(Watch.Poll.Events.class, watch.poll(37));
      for (Watch.Event event : poll.events()) {
        long revision = event.document().revision();
        assertTrue(revision >= last, "out of order");
        last = revision;
        commits.computeIfAbsent(revision, absent -> new ArrayList<>(2)).add(event);
        event
            .previous()
            .ifPresent(before -> assertEquals(turn(before) + 5, turn(event.document())));
      }
      if (poll.events().isEmpty() && signals != null) {
        signals.acquireUninterruptibly();
      }
    }
    commits.forEach((revision, events) -> assertEquals(2, events.size(), "torn at " + revision));
    watch.close();
  }

  private void listUntilDone() {
    int pageSize = 1;
    while (!done.get()) {
      listPairs(pageSize);
      pageSize = pageSize % 13 + 1;
      Thread.yield(); // what never blocks keeps its carrier
    }
  }

  private void listPairs(int pageSize) {
    Map<String, Integer> turns = new HashMap<>();
    String token = "";
    do {
      ListQuery query = ListQuery.all(ResourceType.CONFIG_MAPS).withPage(pageSize, token);
      ListResult.Page page = assertInstanceOf(ListResult.Page.class, store.list(query));
      page.documents().forEach(document -> turns.put(document.key().name(), turn(document)));
      token = page.continueToken();
    } while (!token.isEmpty());
    turns.forEach(
        (name, turn) ->
            assertEquals(turn, turns.get(name.replace("left", "right")), () -> name + turns));
  }

  private void beatUntilDone() {
    Map<Integer, Document> leases = new HashMap<>();
    for (int beat = 0; !done.get(); beat++) {
      int node = beat % 20;
      ObjectKey key = new ObjectKey(ResourceType.LEASES, NODE_LEASES, "node-" + node);
      CommitResult.Committed committed =
          assertInstanceOf(
              CommitResult.Committed.class, store.commit(write(key, leases.get(node), beat)));
      leases.put(node, committed.documents().getFirst());
    }
  }

  private void listLeasesUntilDone() {
    int most = 0;
    while (!done.get()) {
      ListResult.Page page =
          assertInstanceOf(
              ListResult.Page.class, store.list(ListQuery.in(ResourceType.LEASES, NODE_LEASES)));
      assertTrue(page.documents().size() >= most, "a lease went missing");
      most = page.documents().size();
      Thread.yield();
    }
  }

  private static int turn(Document document) {
    return document.tree().path("turn").asInt();
  }
}
