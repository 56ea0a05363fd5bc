package dev.ballast.stategrid;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sqlite.SqliteLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction by itself, on simulated time. */
class CompactionTest {

  private static final ObjectKey KEY = new ObjectKey(ResourceType.CONFIG_MAPS, "default", "a");

  private static final Set<Thread.State> WAITING =
      EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING);

  @TempDir Path directory;
  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));

  @Test
  void historyGoesWhenItIsOld() {
    try (StateGrid grid = open(new Settings(directory, Duration.ofMinutes(5), 1000))) {
      long first = write(grid, 3);
      timers.runFor(Duration.ofMinutes(4));
      assertInstanceOf(Watch.Poll.Events.class, poll(grid, first));
      long second = write(grid, 3);
      timers.runFor(Duration.ofMinutes(2));
      assertInstanceOf(Watch.Poll.Expired.class, poll(grid, first));
      assertInstanceOf(Watch.Poll.Events.class, poll(grid, second));
      timers.runFor(Duration.ofMinutes(5));
      assertInstanceOf(Watch.Poll.Expired.class, poll(grid, second));
    }
    assertEquals(1, rows(), "the newest version stays");
  }

  /** Whatever this member remembers beyond it: another one does not. */
  @Test
  void nobodyBeginsBeforeTheHorizonAndWhoDidGoesOn() {
    try (StateGrid grid = open(new Settings(directory, Duration.ofDays(1), 10))) {
      WatchQuery quiet = new WatchQuery(ResourceType.CONFIG_MAPS, "quiet", grid.store().revision());
      try (Watch early = grid.store().watch(quiet, () -> {})) {
        write(grid, 40);
        timers.runFor(Duration.ofMinutes(1));
        assertInstanceOf(Watch.Poll.Events.class, early.poll(10));
      }
      try (Watch late = grid.store().watch(quiet, () -> {})) {
        assertInstanceOf(Watch.Poll.Expired.class, late.poll(10));
      }
    }
  }

  @Test
  void historyGoesWhenThereIsTooMuch() {
    try (StateGrid grid = open(new Settings(directory, Duration.ofDays(1), 10))) {
      write(grid, 40);
      timers.runFor(Duration.ofMinutes(1));
      long newest = grid.store().revision();
      assertInstanceOf(Watch.Poll.Expired.class, poll(grid, newest - 11));
      assertInstanceOf(Watch.Poll.Events.class, poll(grid, newest - 10));
    }
    assertEquals(11, rows(), "ten revisions and what was current before them");
  }

  @Test
  void nothingIsLeftOfWhatWasRemovedLongAgo() {
    try (StateGrid grid = open(new Settings(directory, Duration.ofMinutes(5), 1000))) {
      write(grid, 600);
      grid.store().commit(new Write.Delete(KEY, 0, DeleteOptions.DEFAULTS));
      timers.runFor(Duration.ofMinutes(11));
      assertEquals(Optional.empty(), grid.store().get(KEY));
    }
    assertEquals(0, rows());
  }

  /**
   * Many chunks are left then; what they are is found again after a start, with the next history
   * that goes.
   */
  @Test
  void whoClosesWaitsForOneChunkOnly() {
    FailingLog log = new FailingLog(SqliteLog.at(directory.resolve("state.db")));
    StateGrid grid = open(new Settings(directory, Duration.ofMinutes(5), 1000), log);
    Thread closing = Thread.ofPlatform().unstarted(grid::close);
    AtomicInteger chunks = new AtomicInteger();
    log.afterCompacting(
        () -> {
          if (chunks.incrementAndGet() == 2) {
            closing.start();
          }
          await().until(() -> chunks.get() < 2 || WAITING.contains(closing.getState()));
        });
    write(grid, 600);
    timers.runFor(Duration.ofMinutes(6));
    assertTrue(chunks.get() < 10, "of 38 chunks " + chunks + " were waited for");
    await().until(() -> !closing.isAlive());
    try (StateGrid again = open(new Settings(directory, Duration.ofMinutes(5), 1000))) {
      write(again, 1);
      timers.runFor(Duration.ofMinutes(6));
      assertTrue(again.store().get(KEY).isPresent());
    }
    assertEquals(1, rows());
  }

  @Test
  void theMoreIsLeftTheMoreGoesAtOnce() {
    assertEquals(16, Compactor.chunk(1));
    assertEquals(16, Compactor.chunk(16_999));
    assertEquals(100, Compactor.chunk(100_000));
    assertEquals(256, Compactor.chunk(10_000_000));
  }

  private StateGrid open(Settings settings) {
    return open(settings, SqliteLog.at(directory.resolve("state.db")));
  }

  private StateGrid open(Settings settings, CommitLog log) {
    return StateGrid.open(settings, timers, Telemetry.NONE, () -> log, () -> new ForgetfulGrid(1));
  }

  /** Writes so many versions; returns the revision before them. */
  private static long write(StateGrid grid, int versions) {
    long before = grid.store().revision();
    for (int i = 0; i < versions; i++) {
      var document = Json.object();
      document.put("apiVersion", "v1").put("kind", "ConfigMap").putObject("metadata");
      document.put("i", i);
      byte[] json = Json.storable(document);
      Optional<Document> current = grid.store().get(KEY);
      Write write =
          current.isEmpty()
              ? new Write.Create(KEY, json)
              : new Write.Replace(KEY, current.get().revision(), "", json);
      assertInstanceOf(CommitResult.Committed.class, grid.store().commit(write));
    }
    return before;
  }

  private static Watch.Poll poll(StateGrid grid, long after) {
    WatchQuery query = new WatchQuery(ResourceType.CONFIG_MAPS, "", after);
    try (Watch watch = grid.store().watch(query, () -> {})) {
      return watch.poll(10);
    }
  }

  private int rows() {
    AtomicInteger rows = new AtomicInteger();
    try (SqliteLog log = SqliteLog.at(directory.resolve("state.db"))) {
      log.open(entry -> rows.incrementAndGet());
    }
    return rows.get();
  }
}
