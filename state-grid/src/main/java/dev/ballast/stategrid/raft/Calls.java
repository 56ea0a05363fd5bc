package dev.ballast.stategrid.raft;

import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.wire.WireReader;
import dev.ballast.stategrid.wire.WireWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers other members' calls, each on a thread of its own. Thread-safe. */
final class Calls {

  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final int ANSWERED = 0;
  private static final int UNAVAILABLE = 1;

  private final Group group;
  private final ImageCopies copies;
  private final Timers timers;

  Calls(Group group, ImageCopies copies, Timers timers) {
    this.group = group;
    this.copies = copies;
    this.timers = timers;
  }

  CompletableFuture<byte[]> answerLater(byte[] call) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    timers.execute(() -> answer.complete(answerNow(call)));
    return answer;
  }

  private byte[] answerNow(byte[] bytes) {
    WireWriter out = new WireWriter().tag(ANSWERED);
    try {
      answer(MemberCall.decode(bytes), out);
      return out.done();
    } catch (StoreUnavailableException e) {
      return new WireWriter().tag(UNAVAILABLE).text(String.valueOf(e.getMessage())).done();
    } catch (RuntimeException e) {
      LOG.warn("a call of another member failed", e);
      return new WireWriter().tag(UNAVAILABLE).text(e.toString()).done();
    }
  }

  private void answer(MemberCall call, WireWriter out) {
    switch (call) {
      case MemberCall.Barrier barrier -> {
        sure();
        // In this order: what is up to the revision is up to the entry.
        out.number(group.revision());
        out.number(group.applied());
      }
      case MemberCall.Commit commit ->
          StoreCoding.result(out, group.leading().commit(commit.writes()));
      case MemberCall.Commits commits -> {
        List<Outcome> outcomes = group.leading().commit(commits);
        out.number(outcomes.size());
        outcomes.forEach(outcome -> outcome.write(out));
      }
      case MemberCall.Get get -> {
        sure();
        StoreCoding.maybe(out, local().get(get.key()));
      }
      case MemberCall.Listing listing -> {
        sure();
        StoreCoding.result(out, local().list(listing.query()));
      }
      case MemberCall.Changes changes -> StoreCoding.poll(out, poll(changes));
      case MemberCall.CopyImage copy -> copies.copy(copy, out);
      case MemberCall.ReadCopy read -> copies.read(read.copy(), read.offset(), out);
      case MemberCall.EndCopy end -> copies.end(end.copy());
      case MemberCall.Sure question -> answer(question.call(), out);
      case MemberCall.Gone question -> out.text(group.gone(question.member()).orElse(""));
      case MemberCall.Health health -> out.number(group.revision()).number(group.applied());
    }
  }

  /** This member leads, and a majority said so after it was asked. */
  private void sure() {
    if (!group.isLeading()) {
      throw new StoreUnavailableException(RaftLog.NOT_LEADING);
    }
    group.confirm();
  }

  /** Volatile objects are here only as long as this member leads. */
  private ResourceStore local() {
    if (!group.isLeading()) {
      throw new StoreUnavailableException(RaftLog.NOT_LEADING);
    }
    return group.local();
  }

  private Watch.Poll poll(MemberCall.Changes changes) {
    Semaphore signals = new Semaphore(0);
    try (Watch watch = local().watch(changes.query(), signals::release)) {
      Watch.Poll poll = watch.poll(changes.max());
      if (poll instanceof Watch.Poll.Events events && events.events().isEmpty()) {
        if (signals.tryAcquire(LINGER.toMillis(), TimeUnit.MILLISECONDS)) {
          poll = watch.poll(changes.max());
        }
      }
      return poll;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("this member stops", e);
    }
  }

  /** The other member is of an earlier version that does not know such a call. */
  static boolean isUnknown(byte[] answer) {
    WireReader in = new WireReader(answer);
    return in.tag() == UNAVAILABLE && in.text().contains(MemberCall.UNKNOWN);
  }

  /**
   * @throws StoreUnavailableException with the other member's words when it could not answer
   */
  static WireReader answer(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    if (in.tag() == UNAVAILABLE) {
      throw new StoreUnavailableException(in.text());
    }
    return in;
  }
}
