package dev.ballast.testkit.cluster;

import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DelegatingStore;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A store that fails on command: commits answered with a fault, watches that end. */
public final class FaultyStore extends DelegatingStore {

  private volatile Function<List<Write>, Optional<CommitResult>> before =
      writes -> Optional.empty();
  private volatile Runnable after = () -> {};
  private volatile BooleanSupplier watchEnds = () -> false;
  private volatile Runnable beforeWatch = () -> {};

  public FaultyStore(ResourceStore store) {
    super(store);
  }

  /** Asked before each commit: a result is answered instead. It may throw, too. */
  public void beforeCommit(Function<List<Write>, Optional<CommitResult>> fault) {
    this.before = fault;
  }

  /** Run after each commit, before the writer learns its outcome: throw to lose the answer. */
  public void afterCommit(Runnable fault) {
    this.after = fault;
  }

  /** Run before each watch is opened: throw to fail it. */
  public void beforeWatch(Runnable fault) {
    this.beforeWatch = fault;
  }

  /** Asked at each poll of a watch: true ends that watch. */
  public void endWatches(BooleanSupplier watchEnds) {
    this.watchEnds = watchEnds;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    Optional<CommitResult> injected = before.apply(writes);
    if (injected.isPresent()) {
      return injected.get();
    }
    CommitResult result = store.commit(writes);
    after.run();
    return result;
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    beforeWatch.run();
    Watch watch = store.watch(query, signal);
    return new Watch() {
      @Override
      public Poll poll(int max) {
        return watchEnds.getAsBoolean() ? new Poll.Closed("injected") : watch.poll(max);
      }

      @Override
      public void close() {
        watch.close();
      }
    };
  }
}
