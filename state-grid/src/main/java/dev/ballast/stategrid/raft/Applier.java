package dev.ballast.stategrid.raft;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.index.Doomed;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sqlite.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies entries of the replicated log, in order, to this member's image, and shows them. Every
 * member decides alike which entries are void, since it looks at the log and the image only.
 *
 * <p>What if we die in between? The entry's place is in the same transaction as its rows, so a
 * restart applies it again or skips it. A disk that fails is tried until it works or this member
 * stops: an entry that a majority holds cannot be refused. It is told soon, so that it stops: a
 * leader that cannot apply answers nobody, and the others would go on following it. The log's
 * applying thread only, but for {@link #expect}, {@link #forget}, {@link #tip} and {@link #stop}.
 */
final class Applier {

  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);
  private static final int CHUNK = 256;

  /** A second; who leads must make room for one that can. */
  private static final int MOST_ATTEMPTS = 3;

  static final String APPLIED = "";

  private record Batch(long epoch, long number) {}

  private final Image image;
  private final Publisher publisher;
  private final Executor sweeper;
  private final Telemetry telemetry;
  private final Map<Batch, Runnable> expected = new ConcurrentHashMap<>();

  private volatile long tip;
  private volatile long stored;
  private volatile boolean stopped;
  private volatile Consumer<LogException> failing = failure -> {};

  /**
   * @param sweeper runs the deletion of compacted rows, one task after the other
   */
  Applier(Image image, Publisher publisher, Executor sweeper, Telemetry telemetry) {
    this.image = image;
    this.publisher = publisher;
    this.sweeper = sweeper;
    this.telemetry = telemetry;
    load();
  }

  private void load() {
    Image.Stored now = image.stored();
    tip = now.tip();
    stored = now.index();
  }

  Image image() {
    return image;
  }

  /** The newest revision in the image. */
  long tip() {
    return tip;
  }

  /** The index of the newest entry in the image. */
  long index() {
    return stored;
  }

  /** This member's own batch is shown as its sequencer made it, volatile objects and all. */
  void expect(long epoch, long number, Runnable publish) {
    expected.put(new Batch(epoch, number), publish);
  }

  void forget(long epoch, long number) {
    expected.remove(new Batch(epoch, number));
  }

  /** Batches of epochs before this one were shown, or will be as any other member's. */
  void forgetBefore(long epoch) {
    expected.keySet().removeIf(batch -> batch.epoch() < epoch);
  }

  void stop() {
    stopped = true;
  }

  /**
   * @param told when the image has refused an entry several times; returns at once
   */
  void onFailing(Consumer<LogException> told) {
    failing = told;
  }

  /**
   * @param term in which the entry was put into the log
   * @return {@link #APPLIED}, or why the entry is void
   */
  String apply(long term, long index, byte[] bytes) {
    if (index <= stored) {
      return APPLIED;
    }
    LogEntry entry = LogEntry.decode(bytes);
    if (entry.epoch() != term) {
      telemetry.count("ballast_store_void_entries_total", 1, "why", "epoch");
      return "sequenced in epoch " + entry.epoch() + " and logged in " + term;
    }
    return switch (entry) {
      case LogEntry.Rows rows -> apply(term, index, rows);
      case LogEntry.Horizon horizon -> apply(term, index, horizon);
      case LogEntry.Fence fence -> APPLIED;
    };
  }

  private String apply(long term, long index, LogEntry.Rows rows) {
    CommitLog.Batch batch = rows.batch();
    Runnable publish = expected.remove(new Batch(batch.epoch(), rows.number()));
    if (batch.tip() != tip) {
      telemetry.count("ballast_store_void_entries_total", 1, "why", "tip");
      return "judged against revision " + batch.tip() + ", and the log is at " + tip;
    }
    if (publish == null && !batch.rows().isEmpty()) {
      publish = publisher.prepare(batch.rows());
    }
    untilDone(() -> image.apply(term, index, batch));
    stored = index;
    if (publish != null) {
      publish.run();
    }
    // Last: who has read the tip finds what is up to it in the index.
    if (!batch.rows().isEmpty()) {
      tip = batch.rows().getLast().entry().revision();
    }
    return APPLIED;
  }

  private String apply(long term, long index, LogEntry.Horizon horizon) {
    untilDone(() -> image.applyHorizon(term, index, horizon.revision()));
    stored = index;
    publisher.compact(horizon.revision());
    sweeper.execute(this::sweep);
    return APPLIED;
  }

  /** What cannot be deleted now is tried again at the next horizon. */
  private void sweep() {
    Doomed doomed = publisher.index().doomed();
    try {
      while (doomed.size() > 0 && !stopped) {
        telemetry.count("ballast_store_compacted_rows_total", image.delete(doomed, CHUNK));
      }
    } catch (LogException e) {
      LOG.warn("compacted rows could not be deleted; it is tried again later", e);
      telemetry.count("ballast_store_failures_total", 1, "what", "compaction");
    }
  }

  private void untilDone(Runnable write) {
    for (int attempt = 1; ; attempt++) {
      try {
        write.run();
        return;
      } catch (LogException e) {
        if (stopped) {
          throw new IllegalStateException("stopped before an entry could be applied", e);
        }
        if (attempt == MOST_ATTEMPTS) {
          failing.accept(e);
        }
        telemetry.count("ballast_store_failures_total", 1, "what", "apply");
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  /**
   * Puts a copy of another member's image in the place of this one's, unless that is behind; the
   * copy is gone then.
   */
  void replace(Path copy) {
    Image.Stored other = Image.storedIn(copy);
    if (other.index() <= stored) {
      LOG.info("the image is at entry {}, a copy at {} is not needed", stored, other.index());
      delete(copy);
      return;
    }
    image.replace(copy, () -> publisher.replace(image::unguarded, other.shown(), other.horizon()));
    load();
    LOG.info("took over another member's image at entry {}, revision {}", stored, other.revision());
  }

  private static void delete(Path copy) {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      LOG.warn("cannot delete {}", copy, e);
    }
  }
}
