package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.sqlite.SqliteLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fill up and fail. */
class FailureTest {

  private static final LogException FULL =
      new LogException("cannot write to state.db: disk is full", true, null);
  private static final LogException BROKEN =
      new LogException("cannot write to state.db: I/O error", false, null);

  /** Time that only the test moves. */
  private static final class StillTimers implements Timers {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public Now now() {
      return new Now(Instant.EPOCH.plusNanos(nanos.get()), nanos.get());
    }

    @Override
    public void execute(Runnable task) {
      throw new UnsupportedOperationException("the grid starts no task");
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      return () -> {};
    }

    void pass(Duration duration) {
      nanos.addAndGet(duration.toNanos());
    }
  }

  @TempDir Path directory;
  private final StillTimers timers = new StillTimers();
  private FailingLog log;
  private StateGrid grid;
  private ResourceStore store;

  @BeforeEach
  void open() {
    grid =
        StateGrid.open(
            Settings.in(directory),
            timers,
            Telemetry.NONE,
            () -> log = new FailingLog(SqliteLog.at(directory.resolve("state.db"))),
            () -> new ForgetfulGrid(1));
    store = grid.store();
  }

  @AfterEach
  void close() {
    grid.close();
  }

  /** Nobody would be elected in its place, and nobody would start it again. */
  @Test
  void aSequencerThatMeetsTheUnforeseenIsTold() throws Exception {
    commit("a");
    CompletableFuture<String> told = new CompletableFuture<>();
    grid.onBroken(told::complete);
    log.breakDown();
    assertThrows(StoreUnavailableException.class, () -> store.commit(create("b")));
    assertTrue(told.get(20, TimeUnit.SECONDS).contains("sequencer"));
    CompletableFuture<String> toldLater = new CompletableFuture<>();
    grid.onBroken(toldLater::complete);
    assertEquals(told.get(), toldLater.getNow("nothing"), "what went wrong before it listened");
    assertTrue(store.get(key("a")).isPresent(), "what is there can be read");
  }

  @Test
  void aFullDiskRefusesAndReadsGoOn() {
    commit("a");
    log.fail(FULL);
    CommitResult.Unavailable refused =
        assertInstanceOf(CommitResult.Unavailable.class, store.commit(create("b")));
    assertTrue(refused.reason().contains("disk is full"), refused.reason());
    assertTrue(store.get(key("a")).isPresent());
    assertEquals(Optional.empty(), store.get(key("b")));
  }

  @Test
  void writesGoOnOnceThereIsRoom() {
    long before = commit("a");
    log.fail(FULL);
    store.commit(create("b"));
    log.fail(null);
    timers.pass(Duration.ofSeconds(2));
    assertEquals(before + 1, commit("b"));
  }

  @Test
  void theLogIsNotTriedAgainAtOnce() {
    log.fail(FULL);
    store.commit(create("a"));
    log.fail(null);
    assertInstanceOf(CommitResult.Unavailable.class, store.commit(create("a")));
  }

  @Test
  void anUnknownOutcomeIsSaidToBeUnknown() {
    log.fail(BROKEN);
    StoreUnavailableException unknown =
        assertThrows(StoreUnavailableException.class, () -> store.commit(create("a")));
    assertTrue(unknown.getMessage().contains("not known"), unknown.getMessage());
    assertInstanceOf(CommitResult.Unavailable.class, store.commit(create("a")));
    assertEquals(Optional.empty(), store.get(key("a")));
  }

  @Test
  void aFailedCompactionIsMadeUpForBeforeAnythingNewer() {
    commit("a");
    log.fail(FULL);
    grid.compact(store.revision());
    log.fail(null);
    timers.pass(Duration.ofSeconds(2));
    assertInstanceOf(
        CommitResult.Committed.class,
        store.commit(new Write.Delete(key("a"), 0, DeleteOptions.DEFAULTS)));
    grid.compact(store.revision());
    close();
    open();
    assertEquals(Optional.empty(), store.get(key("a")));
  }

  /** It may fail late: here its directory is a file. */
  @Test
  void aCommitThatWaitsBehindAGroupThatCannotBeginIsRefused() throws Exception {
    commit("a");
    RaftSettings settings =
        RaftSettings.of(
            UUID.randomUUID(),
            new RaftSettings.Peer("m", "127.0.0.1:" + LocalGroup.freePort()),
            true,
            Files.createFile(directory.resolve("raft")),
            Optional.empty());
    CompletableFuture<String> told = new CompletableFuture<>();
    grid.onBroken(told::complete);
    CompletableFuture<CommitResult> before = new CompletableFuture<>();
    CompletableFuture<CommitResult> behind = new CompletableFuture<>();
    CompletableFuture<LogException> failed = new CompletableFuture<>();
    log.hold();
    try {
      waiting(() -> before.complete(store.commit(create("before"))));
      waiting(
          () -> failed.complete(assertThrows(LogException.class, () -> grid.replicate(settings))));
      waiting(() -> behind.complete(store.commit(create("behind"))));
    } finally {
      log.release();
    }
    assertInstanceOf(CommitResult.Committed.class, before.get(20, TimeUnit.SECONDS));
    String why = failed.get(20, TimeUnit.SECONDS).getMessage();
    assertTrue(why.contains("cannot make " + settings.directory()), why);
    assertEquals(new CommitResult.Unavailable(why), behind.get(20, TimeUnit.SECONDS));
    assertEquals(new CommitResult.Unavailable(why), store.commit(create("after")));
    assertEquals("its group could not begin: " + why, told.get(20, TimeUnit.SECONDS));
    assertTrue(store.get(key("before")).isPresent(), "what is there can be read");
    assertEquals(Optional.empty(), store.get(key("behind")));
  }

  /** Returns when the task, which somebody else has to end, waits. */
  private static void waiting(Runnable task) {
    Thread thread = Thread.ofPlatform().daemon().start(task);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> thread.getState() == Thread.State.WAITING);
  }

  private long commit(String name) {
    return assertInstanceOf(CommitResult.Committed.class, store.commit(create(name))).revision();
  }

  private static Write create(String name) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    document.putObject("metadata").put("name", name);
    return new Write.Create(key(name), Json.storable(document));
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, "default", name);
  }
}
