package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.testkit.time.WallTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  /** The newest revision after so many new objects. */
  private static long write(ResourceStore store, String name, int objects) {
    long revision = 0;
    for (int i = 0; i < objects; i++) {
      revision = commit(store, new ObjectKey(ResourceType.CONFIG_MAPS, "default", name + i));
    }
    return revision;
  }

  private static long commit(ResourceStore store, ObjectKey key) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "Some").putObject("metadata");
    Write write = new Write.Create(key, Json.storable(document));
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
