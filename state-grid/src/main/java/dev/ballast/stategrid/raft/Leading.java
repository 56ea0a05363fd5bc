package dev.ballast.stategrid.raft;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.CommitLog;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.sequence.Sequencer;
import dev.ballast.stategrid.sqlite.Image;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs here exactly while this member leads: a sequencer, one for each epoch. Begun and ended
 * on the group's thread; everything else is thread-safe.
 */
final class Leading {

  private record Lead(long epoch, Sequencer sequencer) {}

  private static final Logger LOG = LoggerFactory.getLogger(Leading.class);

  private final Image image;
  private final Publisher publisher;
  private final Applier applier;
  private final Group.Leadership leadership;
  private final BiConsumer<String, Throwable> broken;
  private final Timers timers;
  private final Telemetry telemetry;
  private volatile Lead lead;

  /**
   * @param broken told what failed, and how
   */
  Leading(
      Image image,
      Publisher publisher,
      Applier applier,
      Group.Leadership leadership,
      BiConsumer<String, Throwable> broken,
      Timers timers,
      Telemetry telemetry) {
    this.image = image;
    this.publisher = publisher;
    this.applier = applier;
    this.leadership = leadership;
    this.broken = broken;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  /**
   * Makes it so.
   *
   * @param leads the epoch in which this member leads by now; empty when it does not
   * @param log takes what is sequenced in an epoch
   * @return whether it began to lead
   */
  boolean follow(Supplier<Optional<Long>> leads, LongFunction<CommitLog> log) {
    Lead now = lead;
    Optional<Long> epoch = leads.get();
    if (now != null && !epoch.equals(Optional.of(now.epoch()))) {
      end();
    }
    if (lead != null || epoch.isEmpty()) {
      return false;
    }
    applier.forgetBefore(epoch.get());
    long stored = image.stored().revision();
    if (!leads.get().equals(epoch)) {
      // A later leader may have reserved revisions in it that nobody has been given yet.
      return false;
    }
    begin(epoch.get(), stored, log);
    return true;
  }

  private void begin(long epoch, long stored, LongFunction<CommitLog> log) {
    // First the revision: what an earlier leader gave out to volatile objects is gone with them.
    publisher.advance(stored);
    publisher.forgetVolatiles();
    Sequencer.Parts parts =
        new Sequencer.Parts(log.apply(epoch), epoch, publisher, timers, telemetry);
    Sequencer sequencer =
        new Sequencer(parts, failure -> broken.accept("its sequencer failed", failure));
    sequencer.start();
    lead = new Lead(epoch, sequencer);
    LOG.info(
        "this member leads in epoch {} from revision {}", epoch, publisher.progress().revision());
    telemetry.count("ballast_store_leader_changes_total", 1);
    leadership.gained(parts, sequencer);
  }

  void end() {
    Lead was = lead;
    if (was == null) {
      return;
    }
    lead = null;
    LOG.info("this member no longer leads; epoch {} is over", was.epoch());
    leadership.lost();
    was.sequencer().close();
    applier.forgetBefore(was.epoch() + 1);
    publisher.forgetVolatiles();
  }

  /** This time of leading, by identity; empty while another member leads, or none. */
  Optional<Object> now() {
    return Optional.ofNullable(lead);
  }

  CommitResult commit(List<Write> writes) {
    Lead now = lead;
    return now == null
        ? new CommitResult.Unavailable(RaftLog.NOT_LEADING)
        : now.sequencer().commit(writes);
  }

  /** All of them wait at once, so that they share a batch. */
  List<Outcome> commit(MemberCall.Commits call) {
    Lead now = lead;
    List<CompletableFuture<CommitResult>> answers =
        call.commits().stream()
            .map(
                writes ->
                    now == null
                        ? CompletableFuture.<CommitResult>completedFuture(
                            new CommitResult.Unavailable(RaftLog.NOT_LEADING))
                        : now.sequencer().submit(writes))
            .toList();
    return answers.stream().map(Outcome::of).toList();
  }
}
