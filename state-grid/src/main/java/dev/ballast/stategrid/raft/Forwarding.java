package dev.ballast.stategrid.raft;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.entry.Head;
import dev.ballast.stategrid.sequence.Weight;
import dev.ballast.stategrid.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings this member's commits to the leader. What comes while calls are under way gathers and goes
 * with the next, so that many clients cost the leader a few calls. Thread-safe.
 */
final class Forwarding {

  /** One is answered while the next is on its way; with more, fewer share each. */
  private static final int CALLS = 2;

  private static final long GATHER_NANOS = 500_000;
  private static final int MOST_COMMITS = 512;

  /** A commit of the largest size may come on top: far less than what a link takes. */
  private static final long MOST_BYTES = 4 << 20;

  /**
   * What a removal counts for: the answer brings the document, whose size is not known here. So a
   * call has 64 of them at most, and its answer stays below what a link takes, too.
   */
  private static final long REMOVED = 64 << 10;

  /** How the leader is asked; each throws {@link RaftUnavailableException} without an answer. */
  interface Leader {

    /**
     * @return empty when it is of an earlier version, which takes one commit a call
     */
    Optional<byte[]> ask(MemberCall.Commits many) throws RaftUnavailableException;

    byte[] ask(MemberCall.Commit one) throws RaftUnavailableException;

    /**
     * Whether what creations rest on is not as it was, as far as the leader is now. An earlier
     * version does not look at that.
     *
     * @throws StoreUnavailableException when that cannot be found out
     */
    Optional<CommitResult> moved(List<Write> writes);
  }

  private record Waiting(List<Write> writes, CompletableFuture<CommitResult> answer) {}

  private final Leader leader;
  private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private final Semaphore calls = new Semaphore(CALLS);

  Forwarding(Leader leader) {
    this.leader = leader;
  }

  /**
   * Blocks until the leader has answered.
   *
   * @return {@link CommitResult.Unavailable} that begins with {@link RaftLog#NOT_LEADING} when
   *     nothing was done
   * @throws StoreUnavailableException when it is not known whether the commit took effect
   */
  CommitResult commit(List<Write> writes) {
    Waiting mine = new Waiting(writes, new CompletableFuture<>());
    queue.add(mine);
    sendWhatWaits();
    try {
      return mine.answer().join();
    } catch (CompletionException e) {
      throw new StoreUnavailableException(e.getCause().getMessage(), e.getCause());
    }
  }

  /**
   * Whoever leaves something behind has seen all calls under way: each looks again when it ends.
   */
  private void sendWhatWaits() {
    if (!queue.isEmpty() && calls.tryAcquire()) {
      Thread.ofVirtual().name("ballast-forward").start(this::send);
    }
  }

  private void send() {
    try {
      for (List<Waiting> some = take(); !some.isEmpty(); some = take()) {
        send(some);
        if (some.size() > 1) {
          // Whoever was answered just now is about to write again.
          LockSupport.parkNanos(GATHER_NANOS);
        }
      }
    } finally {
      calls.release();
      sendWhatWaits();
    }
  }

  private List<Waiting> take() {
    List<Waiting> some = new ArrayList<>();
    long bytes = 0;
    while (some.size() < MOST_COMMITS && bytes < MOST_BYTES) {
      Waiting next = queue.poll();
      if (next == null) {
        break;
      }
      some.add(next);
      for (Write write : next.writes()) {
        bytes += Weight.of(write, Head.EMPTY) + (write instanceof Write.Delete ? REMOVED : 0);
      }
    }
    return some;
  }

  private void send(List<Waiting> some) {
    try {
      List<List<Write>> commits = some.stream().map(Waiting::writes).toList();
      Optional<byte[]> answer = leader.ask(new MemberCall.Commits(commits));
      if (answer.isEmpty()) {
        // Each on its own way, as members of that version do it themselves.
        some.forEach(
            waiting -> Thread.ofVirtual().name("ballast-forward").start(() -> sendAlone(waiting)));
        return;
      }
      WireReader in = Calls.answer(answer.get());
      List<Outcome> outcomes = in.many(() -> Outcome.read(in));
      for (int i = 0; i < some.size(); i++) {
        outcomes.get(i).tell(some.get(i).answer());
      }
    } catch (RaftUnavailableException | RuntimeException e) {
      some.forEach(waiting -> fail(waiting, e));
    }
  }

  /** For a leader of an earlier version. */
  private void sendAlone(Waiting waiting) {
    try {
      Optional<CommitResult> moved = leader.moved(waiting.writes());
      if (moved.isPresent()) {
        waiting.answer().complete(moved.get());
        return;
      }
    } catch (RuntimeException e) {
      waiting.answer().complete(new CommitResult.Unavailable(String.valueOf(e.getMessage())));
      return;
    }
    try {
      byte[] answer = leader.ask(new MemberCall.Commit(waiting.writes()));
      waiting.answer().complete(StoreCoding.result(Calls.answer(answer)));
    } catch (RaftUnavailableException | RuntimeException e) {
      fail(waiting, e);
    }
  }

  private static void fail(Waiting waiting, Exception e) {
    if (e instanceof RaftUnavailableException refused && refused.nothingDone()) {
      waiting
          .answer()
          .complete(
              new CommitResult.Unavailable(RaftLog.NOT_LEADING + ": " + refused.getMessage()));
      return;
    }
    waiting
        .answer()
        .completeExceptionally(
            new StoreUnavailableException(
                "the leader was lost, whether this commit took effect is not known: "
                    + e.getMessage(),
                e));
  }
}
