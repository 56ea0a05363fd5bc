package dev.ballast.stategrid;

import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.documents.DocumentGrid;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.documents.HazelcastGrid;
import dev.ballast.stategrid.documents.HeapVolatiles;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.log.LogReader;
import dev.ballast.stategrid.raft.Group;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sequence.Sequencer;
import dev.ballast.stategrid.sqlite.Image;
import dev.ballast.stategrid.sqlite.SqliteLog;
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's state, embedded: a Hazelcast member for the documents over a SQLite image in the
 * data directory, which is the log itself while this member is alone, and follows the group's log
 * once there are several. Opening recovers; nothing else is needed after a crash.
 */
public final class StateGrid implements AutoCloseable {

  /**
   * Told when this member begins and ceases to decide for the cluster; on any thread, one at a time
   * and in order. Others wait meanwhile: it must return at once.
   */
  public interface Leadership {
    /**
     * @param leading commits while this member leads this time, and never later
     */
    void gained(ResourceStore leading);

    void lost();
  }

  private static final Logger LOG = LoggerFactory.getLogger(StateGrid.class);

  /** A new store begins here, as etcd does: revision 0 means "any" to clients. */
  private static final long FIRST_REVISION = 1;

  private static final Duration FIRST_ELECTION = Duration.ofSeconds(10);

  private final Settings settings;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Leaderships leaderships = new Leaderships();
  private final CompletableFuture<String> broken = new CompletableFuture<>();
  private final CompletableFuture<String> removed = new CompletableFuture<>();
  private Image image;
  private Publisher publisher;
  private GridStore store;
  private Sequencer sequencer;
  private volatile Compactor compactor;
  private volatile Group group;
  private volatile long epoch;

  private StateGrid(Settings settings, Timers timers, Telemetry telemetry) {
    this.settings = settings;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  /**
   * @throws DirectoryInUseException when another process holds the directory
   * @throws dev.ballast.stategrid.log.LogException when the log cannot be opened or read
   */
  public static StateGrid open(Settings settings, Timers timers, Telemetry telemetry) {
    return open(settings, Optional.empty(), timers, telemetry);
  }

  /**
   * @param raft how to take part in a group; empty for a member alone
   */
  public static StateGrid open(
      Settings settings, Optional<RaftSettings> raft, Timers timers, Telemetry telemetry) {
    return open(
        settings,
        raft,
        timers,
        telemetry,
        () -> new HeapVolatiles(new HazelcastGrid("ballast-" + ProcessHandle.current().pid())));
  }

  static StateGrid open(
      Settings settings,
      Optional<RaftSettings> raft,
      Timers timers,
      Telemetry telemetry,
      Supplier<DocumentGrid> openGrid) {
    return opened(
        new StateGrid(settings, timers, telemetry),
        grid -> {
          grid.image = Image.at(settings.directory().resolve("state.db"));
          if (raft.isEmpty()) {
            requireAlone(grid.image);
          }
          grid.assemble(
              raft,
              raft.isPresent() ? Optional.empty() : Optional.of(new SqliteLog(grid.image)),
              openGrid);
        });
  }

  private static void requireAlone(Image image) {
    if (image.stored().index() >= 0) {
      image.close();
      throw new LogException(
          image.file()
              + " belongs to a member of a group, whose other files are missing: restore a backup,"
              + " or join the group anew with an empty directory",
          true,
          null);
    }
  }

  static StateGrid open(
      Settings settings,
      Timers timers,
      Telemetry telemetry,
      Supplier<CommitLog> openLog,
      Supplier<DocumentGrid> openGrid) {
    return opened(
        new StateGrid(settings, timers, telemetry),
        grid -> grid.assemble(Optional.empty(), Optional.of(openLog.get()), openGrid));
  }

  private static StateGrid opened(StateGrid grid, Consumer<StateGrid> open) {
    try {
      grid.opened.push(DirectoryLock.take(grid.settings.directory()));
      open.accept(grid);
      return grid;
    } catch (RuntimeException e) {
      grid.close();
      throw e;
    }
  }

  private void assemble(
      Optional<RaftSettings> raft, Optional<CommitLog> own, Supplier<DocumentGrid> openGrid) {
    if (image != null) {
      opened.push(image);
    }
    own.ifPresent(opened::push);
    VersionIndex index = new VersionIndex();
    CommitLog.Start start = own.map(log -> log.open(index::apply)).orElseGet(() -> load(index));
    LogReader history = own.<LogReader>map(log -> log).orElse(image);
    DocumentGrid documents = openGrid.get();
    opened.push(documents);
    documents.expect(index.size());
    Progress progress = new Progress(Math.max(FIRST_REVISION, start.revision()), start.horizon());
    Recents recents = new Recents(progress.revision());
    DocumentReader reader = new DocumentReader(documents, history, recents, index);
    Watches watches = new Watches(progress, history, reader, recents);
    publisher = new Publisher(index, documents, reader, recents, watches, progress);
    store = new GridStore(publisher, this::closeParts);
    opened.push(watches::close);
    own.ifPresent(log -> standAlone(log, start.epoch()));
    raft.ifPresent(this::standInGroup);
    gauges(history);
    LOG.info(
        "the store is open at revision {} with {} objects, epoch {}, in {}",
        progress.revision(),
        index.size(),
        epoch,
        settings.directory());
  }

  private CommitLog.Start load(VersionIndex index) {
    image.entries(index::apply);
    Image.Stored stored = image.stored();
    return new CommitLog.Start(0, stored.shown(), stored.horizon());
  }

  private void standAlone(CommitLog log, long first) {
    epoch = first;
    Sequencer.Parts parts = new Sequencer.Parts(log, epoch, publisher, timers, telemetry);
    sequencer = new Sequencer(parts, failure -> broken("its sequencer failed: " + failure));
    sequencer.start();
    opened.push(sequencer);
    compactor = new Compactor(settings, parts, sequencer, false);
    compactor.start();
    opened.push(this::stopCompacting);
    store.stand(new Standing.Alone(sequencer));
    lead(sequencer);
  }

  private void standInGroup(RaftSettings raft) {
    openGroup(raft);
    store.stand(new Standing.Grouped(group));
  }

  private void openGroup(RaftSettings raft) {
    group =
        new Group(
            raft, image, publisher, store::serializable, new GroupLeadership(), timers, telemetry);
    opened.push(group);
  }

  private final class GroupLeadership implements Group.Leadership {
    @Override
    public void gained(Sequencer.Parts parts, Sequencer ours) {
      epoch = parts.epoch();
      compactor = new Compactor(settings, parts, ours, true);
      compactor.start();
      lead(ours);
    }

    @Override
    public void lost() {
      stopCompacting();
      leaderships.lost();
    }

    @Override
    public void broken(String why) {
      StateGrid.this.broken(why);
    }

    @Override
    public void removed(String what) {
      LOG.error("this member {}", what);
      removed.complete(what);
    }
  }

  private void broken(String why) {
    LOG.error("this member does nothing more until it is started anew: {}", why);
    broken.complete(why);
  }

  private void stopCompacting() {
    Compactor now = compactor;
    if (now != null) {
      now.close();
    }
  }

  private void lead(Sequencer ours) {
    leaderships.gained(new LeadingStore(store, ours));
  }

  /** Told of every change from now on, and at once if this member leads. */
  public void onLeadership(Leadership leadership) {
    leaderships.add(leadership);
  }

  /**
   * From alone to the first member of a group. Reads go on, commits wait until the group has its
   * leader.
   *
   * @throws dev.ballast.stategrid.log.LogException when the group cannot begin; the member stands
   *     alone still where the address is taken, and otherwise again after a restart
   */
  public synchronized void replicate(RaftSettings raft) {
    if (group != null) {
      return;
    }
    Group.requireListenable(raft.self().address());
    CompletableFuture<Standing> next = new CompletableFuture<>();
    store.stand(new Standing.Changing(next));
    stopCompacting();
    sequencer.close();
    leaderships.lost();
    try {
      openGroup(raft);
      // Nobody else is there yet who could write, so reads need not wait for the first election.
      group.awaitLead(FIRST_ELECTION);
      Standing.Grouped grouped = new Standing.Grouped(group);
      store.stand(grouped);
      next.complete(grouped);
    } catch (RuntimeException e) {
      next.completeExceptionally(e);
      broken("its group could not begin: " + e.getMessage());
      throw e;
    }
  }

  /**
   * Told when this member can do no more than be read: its log's disk failed, or it met something
   * that it did not foresee; at once if it met that already. The process should end and be started
   * again.
   */
  public void onBroken(Consumer<String> listener) {
    broken.thenAccept(listener);
  }

  /**
   * Told, in words for a person, when this member was taken out of its group; at once if it is
   * known already. Starting it again changes nothing.
   */
  public void onRemoved(Consumer<String> listener) {
    removed.thenAccept(listener);
  }

  /** The group; empty for a member alone. */
  public Optional<Group> group() {
    return Optional.ofNullable(group);
  }

  private void gauges(LogReader history) {
    Publisher shown = publisher;
    telemetry.gauge("ballast_store_revision", () -> shown.progress().revision());
    telemetry.gauge("ballast_store_compacted_revision", () -> shown.progress().horizon());
    telemetry.gauge("ballast_store_objects", () -> shown.index().size());
    telemetry.gauge("ballast_store_watchers", () -> shown.watches().count());
    telemetry.gauge("ballast_store_db_size_bytes", () -> history.sizeBytes());
    telemetry.gauge("ballast_store_epoch", () -> epoch);
  }

  /** Closing it closes the grid. */
  public ResourceStore store() {
    return store;
  }

  /**
   * @throws StoreUnavailableException in words for a person when a copy of the state has no room
   *     there
   */
  public void requireRoomForCopy(Path directory) {
    image.room().require(image.copyBytes(), directory, "a copy of the state");
  }

  /**
   * A consistent copy of the state as it is here, synced, for the owner only; commits and reads go
   * on. Ask the store for its revision first if everything acknowledged so far must be in it.
   *
   * @throws StoreUnavailableException when there is no room for it
   * @throws LogException when it cannot be made; nothing is left of it
   */
  public void copyTo(Path file) {
    image.copyTo(file);
  }

  /**
   * Makes of a copy the state of a member that stands alone, in a directory that has none.
   *
   * @throws LogException when the file is no such copy, or the directory has a state
   */
  public static void restore(Path copy, Path directory, Instant now) {
    DirectoryLock lock = DirectoryLock.take(directory);
    try {
      Image.restore(copy, directory.resolve("state.db"), now);
    } finally {
      lock.close();
    }
  }

  /**
   * Lets history before a revision go now. The store does so by itself in time; this is for tests
   * and operators. Nothing happens where another member leads.
   */
  public void compact(long revision) {
    Compactor now = compactor;
    if (now != null) {
      now.compact(revision);
    }
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
    } else {
      closeParts();
    }
  }

  private void closeParts() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed", part, e);
      }
    }
  }
}
