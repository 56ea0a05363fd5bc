package dev.ballast.stategrid.sequence;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.log.LogException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that orders commits. It takes all that wait (group commit), judges them, makes the
 * accepted ones durable at once, publishes them, and only then answers.
 *
 * <p>After a failed append it refuses until the log is sure that the batch is gone. After an error
 * that it did not foresee it stops for good: a restart reads the truth from the log.
 */
public final class Sequencer implements AutoCloseable {

  /**
   * Everything the sequencer works on.
   *
   * @param epoch it gives out revisions in this one only
   */
  public record Parts(
      CommitLog log, long epoch, Publisher publisher, Timers timers, Telemetry telemetry) {}

  private sealed interface Work {}

  private record Commit(Pending pending) implements Work {}

  private record Errand(Runnable task, CompletableFuture<Void> done) implements Work {}

  private record Stop() implements Work {}

  /** Why a sequencer that was closed refuses. */
  public static final String CLOSED = "the store is closed";

  private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
  private static final int MAXIMUM_BATCH = 1024;

  /** With one commit of the largest size behind it, a batch stays below what an entry may have. */
  private static final long MAXIMUM_BATCH_BYTES = 4 << 20;

  private static final long RESERVED_REVISIONS = 1_000_000;

  private final Parts parts;
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Outage outage;
  private final Consumer<Throwable> whenFailed;
  private boolean accepting = true;
  private long reserved;

  /**
   * @param whenFailed told, on the sequencer's thread, when it has stopped for good
   */
  public Sequencer(Parts parts, Consumer<Throwable> whenFailed) {
    this.parts = parts;
    this.whenFailed = whenFailed;
    this.outage = new Outage(parts.log(), parts.timers());
    this.thread = Thread.ofPlatform().name("ballast-sequencer").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /**
   * What a sequencer would say before it takes a commit in; empty when it would.
   *
   * @throws IllegalArgumentException when the commit is empty, names a key twice, or holds
   *     something that is no document
   */
  public static Optional<CommitResult> refusal(List<Write> writes) {
    return Pending.of(writes).refusal();
  }

  /**
   * Blocks until the commit is durable, or refused.
   *
   * @throws StoreUnavailableException when it is not known whether the commit became durable
   */
  public CommitResult commit(List<Write> writes) {
    Now began = parts.timers().now();
    try {
      CommitResult result = submit(writes).join();
      parts
          .telemetry()
          .time("ballast_store_commit_duration_seconds", parts.timers().now().since(began));
      return result;
    } catch (CompletionException e) {
      throw new StoreUnavailableException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Like {@link #commit}, without waiting: the future fails where that throws. */
  public CompletableFuture<CommitResult> submit(List<Write> writes) {
    Pending pending = Pending.of(writes);
    Optional<CommitResult> refusal = pending.refusal();
    if (refusal.isPresent()) {
      answer(pending, refusal.get());
    } else if (!enqueue(new Commit(pending))) {
      pending.answer().complete(new CommitResult.Unavailable(CLOSED));
    }
    return pending.answer();
  }

  /**
   * Runs a task that writes to the log between two batches, on the sequencer's thread. The future
   * tells when it is done; it fails with the task, and when the sequencer is closed.
   */
  public CompletableFuture<Void> between(Runnable task) {
    Errand errand = new Errand(task, new CompletableFuture<>());
    if (!enqueue(errand)) {
      errand.done().completeExceptionally(new StoreUnavailableException(CLOSED));
    }
    return errand.done();
  }

  private synchronized boolean enqueue(Work work) {
    return accepting && queue.add(work);
  }

  private void run() {
    List<Work> taken = new ArrayList<>();
    Gathering gathering = new Gathering(parts.timers());
    boolean running = true;
    while (running) {
      taken.clear();
      try {
        taken.add(queue.take());
        queue.drainTo(taken, MAXIMUM_BATCH - 1);
        gathering.await(queue, taken, MAXIMUM_BATCH);
      } catch (InterruptedException e) {
        LOG.warn("the sequencer was interrupted, which nobody should do; it goes on");
        if (taken.isEmpty()) {
          continue;
        }
      }
      Now began = parts.timers().now();
      running = work(taken);
      gathering.worked(taken.size(), queue.size(), parts.timers().now().since(began));
    }
  }

  private boolean work(List<Work> taken) {
    boolean running = true;
    List<Pending> commits = new ArrayList<>(taken.size());
    List<Errand> errands = new ArrayList<>();
    for (Work work : taken) {
      switch (work) {
        case Commit commit -> commits.add(commit.pending());
        case Errand errand -> errands.add(errand);
        case Stop stop -> running = false;
      }
    }
    try {
      for (List<Pending> batch : batches(commits)) {
        sequence(batch);
      }
      errands.forEach(this::run);
    } catch (RuntimeException | Error e) {
      LOG.error("the store stops: restart it, its log is sound", e);
      parts.telemetry().count("ballast_store_failures_total", 1, "what", "sequencer");
      fail(commits, errands, e);
      whenFailed.accept(e);
      return false;
    }
    return running;
  }

  /** One batch is one entry of the log, which must not grow without bound. */
  private static List<List<Pending>> batches(List<Pending> commits) {
    List<List<Pending>> batches = new ArrayList<>();
    long bytes = MAXIMUM_BATCH_BYTES;
    for (Pending commit : commits) {
      if (bytes >= MAXIMUM_BATCH_BYTES) {
        batches.add(new ArrayList<>());
        bytes = 0;
      }
      batches.getLast().add(commit);
      bytes += commit.bytes();
    }
    return batches;
  }

  /** What is unanswered gets to know that the outcome is open; nothing more is taken. */
  private void fail(List<Pending> commits, List<Errand> errands, Throwable cause) {
    List<Work> rest = new ArrayList<>();
    synchronized (this) {
      accepting = false;
      queue.drainTo(rest);
    }
    StoreUnavailableException unknown =
        new StoreUnavailableException(
            "the store failed, whether this commit is in it is not known: " + cause, cause);
    commits.forEach(commit -> commit.answer().completeExceptionally(unknown));
    errands.forEach(errand -> errand.done().completeExceptionally(unknown));
    for (Work work : rest) {
      switch (work) {
        case Commit commit ->
            answer(commit.pending(), new CommitResult.Unavailable("the store failed: " + cause));
        case Errand errand -> errand.done().completeExceptionally(unknown);
        case Stop stop -> {}
      }
    }
  }

  private void sequence(List<Pending> commits) {
    if (!outage.isOver()) {
      commits.forEach(commit -> answer(commit, new CommitResult.Unavailable(outage.reason())));
      return;
    }
    Publisher publisher = parts.publisher();
    long tip = parts.log().tip();
    Batch batch = new Batch(publisher.index(), publisher.progress().revision());
    commits.forEach(batch::add);
    try {
      Publication publication = Publication.of(batch, publisher.documents());
      append(batch, publication, tip);
      publication.answers().forEach(answer -> answer(answer.pending(), answer.result()));
    } catch (LogException e) {
      refuse(commits, e);
      return;
    } catch (StoreUnavailableException e) {
      LOG.warn("the log could not be read", e);
      commits.forEach(commit -> answer(commit, new CommitResult.Unavailable(e.getMessage())));
      return;
    }
    batch.refused().forEach(refusal -> answer(refusal.pending(), refusal.result()));
    parts.telemetry().observe("ballast_store_batch_size", commits.size());
  }

  /**
   * Dead before this returns: nobody was answered, and the restart finds all of the batch or
   * nothing. Dead just after: it finds all of it.
   */
  private void append(Batch batch, Publication publication, long tip) {
    List<CommitLog.Row> rows = batch.durableRows();
    long reserve = batch.volatileRevision() > reserved ? batch.revision() + RESERVED_REVISIONS : 0;
    if (rows.isEmpty() && reserve == 0) {
      parts.log().confirm(parts.epoch());
      parts.publisher().publish(publication);
      return;
    }
    Now began = parts.timers().now();
    parts
        .log()
        .append(
            new CommitLog.Batch(parts.epoch(), tip, reserve, rows),
            () -> parts.publisher().publish(publication));
    reserved = Math.max(reserved, reserve);
    parts
        .telemetry()
        .time("ballast_store_log_append_duration_seconds", parts.timers().now().since(began));
  }

  private void refuse(List<Pending> commits, LogException e) {
    outage.begin(e);
    parts.telemetry().count("ballast_store_failures_total", 1, "what", "log");
    for (Pending commit : commits) {
      if (e.nothingWritten()) {
        answer(commit, new CommitResult.Unavailable(outage.reason()));
      } else {
        commit
            .answer()
            .completeExceptionally(
                new StoreUnavailableException(
                    outage.reason() + "; whether this commit became durable is not known", e));
      }
    }
  }

  private void run(Errand errand) {
    try {
      if (!outage.isOver()) {
        throw new StoreUnavailableException(outage.reason());
      }
      errand.task().run();
      errand.done().complete(null);
    } catch (LogException e) {
      refuse(List.of(), e);
      errand.done().completeExceptionally(e);
    } catch (StoreUnavailableException e) {
      errand.done().completeExceptionally(e);
    }
  }

  private void answer(Pending commit, CommitResult result) {
    parts
        .telemetry()
        .count("ballast_store_commits_total", 1, "result", result.getClass().getSimpleName());
    commit.answer().complete(result);
  }

  /** Finishes what waits, then stops. */
  @Override
  public void close() {
    synchronized (this) {
      if (accepting) {
        accepting = false;
        queue.add(new Stop());
      }
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
