package dev.ballast.stategrid;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.index.Doomed;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sequence.Sequencer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets history go: on a timer, what is older than the settings say. The rows are deleted in small
 * chunks between the sequencer's batches, so commits hardly wait.
 */
final class Compactor {

  private record Mark(Now at, long revision) {}

  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  /** A commit may wait for one. */
  private static final int SMALLEST_CHUNK = 16;

  private static final int LARGEST_CHUNK = 256;

  /** Who writes faster than history goes waits longer, so that what is left stays bounded. */
  private static final int LEFT_FOR_EACH = 1_000;

  private final boolean replicated;
  private final Settings settings;
  private final Sequencer.Parts parts;
  private final Sequencer sequencer;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private final long first;
  private Timers.Scheduled next;
  private volatile boolean closed;

  /**
   * @param replicated every member prunes what it has when it applies the horizon
   */
  Compactor(Settings settings, Sequencer.Parts parts, Sequencer sequencer, boolean replicated) {
    this.replicated = replicated;
    this.settings = settings;
    this.parts = parts;
    this.sequencer = sequencer;
    this.first = parts.publisher().progress().revision();
  }

  synchronized void start() {
    if (!closed) {
      next = parts.timers().schedule(INTERVAL, this::tick);
    }
  }

  private void tick() {
    try {
      long horizon = due(parts.timers().now());
      if (horizon > parts.publisher().progress().horizon()) {
        compact(horizon);
      }
    } catch (RuntimeException e) {
      LOG.error("compaction failed; it is tried again in {}", INTERVAL, e);
      parts.telemetry().count("ballast_store_failures_total", 1, "what", "compaction");
    } finally {
      start();
    }
  }

  /** The revision up to which history may go now. */
  private synchronized long due(Now now) {
    long revision = parts.publisher().progress().revision();
    marks.add(new Mark(now, revision));
    long byAge = 0;
    while (!marks.isEmpty() && now.since(marks.peek().at()).compareTo(settings.historyAge()) >= 0) {
      byAge = marks.poll().revision();
    }
    // Before the first, a new leader skipped those that may have gone to volatile objects: they are
    // no history, and what was there before them goes by its age.
    long byCount = revision - settings.historyRevisions();
    return byCount > first ? Math.max(byAge, byCount) : byAge;
  }

  /** Lets history before a revision go; returns when it is gone from the log too. */
  synchronized void compact(long upTo) {
    if (closed) {
      return; // Nobody would write of it.
    }
    Progress progress = parts.publisher().progress();
    long horizon = Math.max(progress.horizon(), Math.min(upTo, progress.revision()));
    if (replicated) {
      delete(horizon, List.of());
      return;
    }
    parts.publisher().compact(horizon);
    Doomed doomed = parts.publisher().index().doomed();
    do {
      List<Long> chunk = doomed.first(chunk(doomed.size()));
      if (!delete(horizon, chunk)) {
        return;
      }
      doomed.deleted(chunk.size());
    } while (doomed.size() > 0 && !closed);
  }

  /** How many rows go at once when so many are left. */
  static int chunk(int left) {
    return Math.clamp(left / LEFT_FOR_EACH, SMALLEST_CHUNK, LARGEST_CHUNK);
  }

  private boolean delete(long horizon, List<Long> chunk) {
    CommitLog log = parts.log();
    Telemetry telemetry = parts.telemetry();
    try {
      sequencer.between(() -> log.compact(horizon, chunk)).join();
      telemetry.count("ballast_store_compacted_rows_total", chunk.size());
      return true;
    } catch (CompletionException e) {
      LOG.warn("the log could not be compacted; it is tried again later", e.getCause());
      telemetry.count("ballast_store_failures_total", 1, "what", "compaction");
      return false;
    }
  }

  /**
   * Waits for one chunk at most: what is left is doomed still, for whoever deletes next here, and
   * found again after a restart, when more goes.
   */
  void close() {
    closed = true;
    cancel();
  }

  private synchronized void cancel() {
    if (next != null) {
      next.cancel();
    }
  }
}
