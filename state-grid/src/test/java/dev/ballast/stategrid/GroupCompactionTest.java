package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction by itself in a group, whose leader changes. */
class GroupCompactionTest {

  private static final int KEPT = 10;
  private static final Duration AGE = Duration.ofHours(1);

  @TempDir Path directory;

  /** Real time that can be moved on; what is due in half a minute or later when the test says. */
  private static final class Clock implements Timers {
    private final Timers wall = new WallTimers();
    private final Set<Runnable> later = ConcurrentHashMap.newKeySet();
    private volatile Duration passed = Duration.ZERO;

    @Override
    public Now now() {
      Now now = wall.now();
      return new Now(now.wall().plus(passed), now.monotonicNanos() + passed.toNanos());
    }

    @Override
    public void execute(Runnable task) {
      wall.execute(task);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      if (delay.toSeconds() < 30) {
        return wall.schedule(delay, task);
      }
      Runnable once = task::run;
      later.add(once);
      return () -> later.remove(once);
    }

    void pass(Duration duration) {
      passed = passed.plus(duration);
      Set<Runnable> due = Set.copyOf(later);
      later.removeAll(due);
      due.forEach(Runnable::run);
    }
  }

  /**
   * A new leader's revisions begin behind all that may have gone to leases, which is far ahead:
   * that is no reason to take history for too much. What is written from then on counts.
   */
  @Test
  void aNewLeadersFirstRevisionIsNoReasonToLetHistoryGo() {
    Clock clock = new Clock();
    try (LocalGroup group =
        new LocalGroup(directory, 2, 10_000, Duration.ofSeconds(2))
            .with(AGE, KEPT, clock)
            .startAll()) {
      int old = group.leader();
      ResourceStore first = group.grid(old).store();
      long start = first.revision();
      commit(first, new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n"));
      write(first, "old", 3);
      group.grid(old).group().orElseThrow().node().handOver();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> group.leader() != old);

      ResourceStore store = group.grid(group.leader()).store();
      long before = write(store, "new", 1) - 1;
      assertTrue(before > start + 100_000, "it skipped what was reserved");
      clock.pass(Duration.ofMinutes(1));
      assertEquals(
          4, assertInstanceOf(Watch.Poll.Events.class, poll(store, start)).events().size());

      long newest = write(store, "more", KEPT + 5);
      clock.pass(Duration.ofMinutes(1));
      for (int member = 0; member < 2; member++) {
        ResourceStore here = group.grid(member).store();
        here.revision();
        assertInstanceOf(Watch.Poll.Expired.class, poll(here, start), "too much was written");
        assertInstanceOf(Watch.Poll.Expired.class, poll(here, newest - KEPT - 1));
        assertInstanceOf(Watch.Poll.Events.class, poll(here, newest - KEPT));
        assertInstanceOf(
            Watch.Poll.Expired.class,
            poll(here, "quiet", start),
            "whatever a member remembers, all answer alike");
      }

      clock.pass(AGE);
      assertInstanceOf(Watch.Poll.Expired.class, poll(store, newest - KEPT), "it is old");
    }
  }

  /**
   * What the member alone had still to delete goes before the marks of what is removed later: they
   * would be missed by its next start, and by whoever takes its image.
   */
  @Test
  void aFirstJoinInTheMidstOfACompactionBringsNothingBack() throws Exception {
    int objects = 2_000;
    try (LocalGroup group = new LocalGroup(directory, 1, 10_000)) {
      group.start(0, Optional.empty());
      StateGrid grid = group.grid(0);
      ResourceStore store = grid.store();
      store.commit(each(objects, key -> new Write.Create(key, document())));
      for (int version = 0; version < 3; version++) {
        long revision = store.revision();
        store.commit(each(objects, key -> new Write.Replace(key, revision, "", document())));
      }
      Thread compacting = Thread.ofPlatform().start(() -> grid.compact(store.revision()));
      Awaitility.await().pollDelay(Duration.ZERO).until(() -> rows() < 4 * objects);
      grid.replicate(group.alone());
      compacting.join();
      assertTrue(rows() > objects, "it was cut off");
      store.commit(each(objects, key -> new Write.Delete(key, 0, DeleteOptions.DEFAULTS)));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                grid.compact(store.revision());
                return rows() == 0;
              });
    }
  }

  private static byte[] document() {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "Some").putObject("metadata");
    return Json.storable(document);
  }

  private static List<Write> each(int objects, Function<ObjectKey, Write> write) {
    return IntStream.range(0, objects)
        .mapToObj(i -> new ObjectKey(ResourceType.CONFIG_MAPS, "default", "o" + i))
        .map(write)
        .toList();
  }

  /** How many versions and marks are on the first member's disk. */
  private long rows() throws SQLException {
    try (Connection image =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("m0/state.db"));
        Statement statement = image.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM entry")) {
      return rows.getLong(1);
    }
  }

  /** The newest revision after so many new objects. */
  private static long write(ResourceStore store, String name, int objects) {
    long revision = 0;
    for (int i = 0; i < objects; i++) {
      revision = commit(store, new ObjectKey(ResourceType.CONFIG_MAPS, "default", name + i));
    }
    return revision;
  }

  private static long commit(ResourceStore store, ObjectKey key) {
    Write write = new Write.Create(key, document());
    return assertInstanceOf(CommitResult.Committed.class, store.commit(write)).revision();
  }

  private static Watch.Poll poll(ResourceStore store, long after) {
    return poll(store, "", after);
  }

  private static Watch.Poll poll(ResourceStore store, String namespace, long after) {
    WatchQuery query = new WatchQuery(ResourceType.CONFIG_MAPS, namespace, after);
    try (Watch watch = store.watch(query, () -> {})) {
      return watch.poll(100);
    }
  }
}
