package dev.ballast.stategrid;

import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.documents.DocumentGrid;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.documents.HazelcastGrid;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sequence.Sequencer;
import dev.ballast.stategrid.sqlite.SqliteLog;
import dev.ballast.stategrid.watch.Recents;
import dev.ballast.stategrid.watch.Watches;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's state, embedded: a Hazelcast member for the documents over a SQLite log in the data
 * directory. Opening recovers from the log; nothing else is needed after a crash.
 */
public final class StateGrid implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StateGrid.class);

  /** A new store begins here, as etcd does: revision 0 means "any" to clients. */
  private static final long FIRST_REVISION = 1;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private GridStore store;
  private Compactor compactor;

  private StateGrid() {}

  /**
   * @throws DirectoryInUseException when another process holds the directory
   * @throws dev.ballast.stategrid.log.LogException when the log cannot be opened or read
   */
  public static StateGrid open(Settings settings, Timers timers, Telemetry telemetry) {
    return open(
        settings,
        timers,
        telemetry,
        () -> SqliteLog.at(settings.directory().resolve("state.db")),
        () -> new HazelcastGrid("ballast-" + ProcessHandle.current().pid()));
  }

  static StateGrid open(
      Settings settings,
      Timers timers,
      Telemetry telemetry,
      Supplier<CommitLog> openLog,
      Supplier<DocumentGrid> openGrid) {
    StateGrid grid = new StateGrid();
    try {
      grid.opened.push(DirectoryLock.take(settings.directory()));
      grid.assemble(settings, timers, telemetry, openLog, openGrid);
      return grid;
    } catch (RuntimeException e) {
      grid.close();
      throw e;
    }
  }

  private void assemble(
      Settings settings,
      Timers timers,
      Telemetry telemetry,
      Supplier<CommitLog> openLog,
      Supplier<DocumentGrid> openGrid) {
    CommitLog log = openLog.get();
    opened.push(log);
    VersionIndex index = new VersionIndex();
    CommitLog.Start start = log.open(index::apply);
    DocumentGrid documents = openGrid.get();
    opened.push(documents);
    Progress progress = new Progress(Math.max(FIRST_REVISION, start.revision()), start.horizon());
    Recents recents = new Recents(progress.revision());
    DocumentReader reader = new DocumentReader(documents, log, recents);
    Watches watches = new Watches(progress, log, reader, recents);
    Sequencer.Parts parts =
        new Sequencer.Parts(
            log,
            start.epoch(),
            new Publisher(index, documents, reader, recents, watches, progress),
            timers,
            telemetry);
    Sequencer sequencer = new Sequencer(parts);
    sequencer.start();
    opened.push(sequencer);
    opened.push(watches::close);
    compactor = new Compactor(settings, parts, sequencer);
    compactor.start();
    opened.push(compactor::close);
    store = new GridStore(parts, sequencer, this::closeParts);
    gauges(telemetry, parts);
    LOG.info(
        "the store is open at revision {} with {} objects, epoch {}, in {}",
        progress.revision(),
        index.size(),
        start.epoch(),
        settings.directory());
  }

  private static void gauges(Telemetry telemetry, Sequencer.Parts parts) {
    Publisher shown = parts.publisher();
    telemetry.gauge("ballast_store_revision", () -> shown.progress().revision());
    telemetry.gauge("ballast_store_compacted_revision", () -> shown.progress().horizon());
    telemetry.gauge("ballast_store_objects", () -> shown.index().size());
    telemetry.gauge("ballast_store_watchers", () -> shown.watches().count());
    telemetry.gauge("ballast_store_db_size_bytes", () -> parts.log().sizeBytes());
    telemetry.gauge("ballast_store_epoch", parts::epoch);
  }

  /** Closing it closes the grid. */
  public ResourceStore store() {
    return store;
  }

  /**
   * Lets history before a revision go now. The store does so by itself in time; this is for tests
   * and operators.
   */
  public void compact(long revision) {
    compactor.compact(revision);
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
