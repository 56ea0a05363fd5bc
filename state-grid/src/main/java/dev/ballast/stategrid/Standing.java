package dev.ballast.stategrid;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.raft.Group;
import dev.ballast.stategrid.sequence.Sequencer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** How this member stands: alone, or in a group. Thread-safe. */
interface Standing {

  CommitResult commit(List<Write> writes);

  /**
   * Returns when everything that was committed before the call is shown here.
   *
   * @throws StoreUnavailableException when that cannot be found out
   */
  void confirm();

  /** A volatile object, if another member has those; empty when they are here. */
  Optional<Optional<Document>> volatileGet(ObjectKey key);

  Optional<ListResult> volatileList(ListQuery query);

  Optional<Watch> volatileWatch(WatchQuery query, Runnable signal);

  /**
   * The time of leading in which volatile objects are here. What was read of them holds if it is
   * the same one before and after.
   */
  Optional<Object> lead();

  /** Nobody else writes: what is committed is shown before the commit returns. */
  record Alone(Sequencer sequencer) implements Standing {
    @Override
    public CommitResult commit(List<Write> writes) {
      return sequencer.commit(writes);
    }

    @Override
    public void confirm() {}

    @Override
    public Optional<Optional<Document>> volatileGet(ObjectKey key) {
      return Optional.empty();
    }

    @Override
    public Optional<ListResult> volatileList(ListQuery query) {
      return Optional.empty();
    }

    @Override
    public Optional<Watch> volatileWatch(WatchQuery query, Runnable signal) {
      return Optional.empty();
    }

    @Override
    public Optional<Object> lead() {
      return Optional.of(sequencer);
    }
  }

  /** The leader orders the writes, wherever it is. */
  record Grouped(Group group) implements Standing {
    @Override
    public CommitResult commit(List<Write> writes) {
      return group.commit(writes);
    }

    @Override
    public void confirm() {
      group.confirm();
    }

    @Override
    public Optional<Optional<Document>> volatileGet(ObjectKey key) {
      return group.volatileGet(key);
    }

    @Override
    public Optional<ListResult> volatileList(ListQuery query) {
      return group.volatileList(query);
    }

    @Override
    public Optional<Watch> volatileWatch(WatchQuery query, Runnable signal) {
      return group.volatileWatch(query, signal);
    }

    @Override
    public Optional<Object> lead() {
      return group.lead();
    }
  }

  /** Between the two: reads go on, commits wait. */
  record Changing(CompletableFuture<Standing> next) implements Standing {
    @Override
    public CommitResult commit(List<Write> writes) {
      try {
        return next.join().commit(writes);
      } catch (CompletionException e) {
        return new CommitResult.Unavailable(e.getCause().getMessage());
      }
    }

    @Override
    public void confirm() {}

    @Override
    public Optional<Optional<Document>> volatileGet(ObjectKey key) {
      return Optional.empty();
    }

    @Override
    public Optional<ListResult> volatileList(ListQuery query) {
      return Optional.empty();
    }

    @Override
    public Optional<Watch> volatileWatch(WatchQuery query, Runnable signal) {
      return Optional.empty();
    }

    @Override
    public Optional<Object> lead() {
      return Optional.of(next);
    }
  }
}
