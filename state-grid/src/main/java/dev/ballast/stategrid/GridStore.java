package dev.ballast.stategrid;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.entry.Volatiles;
import dev.ballast.stategrid.index.Version;
import dev.ballast.stategrid.index.VersionIndex;
import dev.ballast.stategrid.lists.Lister;
import dev.ballast.stategrid.sequence.Publisher;
import dev.ballast.stategrid.watch.Watches;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The port's face of the grid: sends each call to the part that answers it, after making sure that
 * what is here is all there is. Thread-safe.
 */
final class GridStore implements ResourceStore {

  private static final int LOOKS = 100;

  private final VersionIndex index;
  private final DocumentReader documents;
  private final Lister lister;
  private final Watches watches;
  private final Progress progress;
  private final Runnable whenClosed;
  private final ResourceStore here = new Here();
  private volatile Standing standing;
  private volatile boolean closed;

  GridStore(Publisher publisher, Runnable whenClosed) {
    this.index = publisher.index();
    this.documents = publisher.documents();
    this.lister = new Lister(index, documents, publisher.recents(), publisher.progress());
    this.watches = publisher.watches();
    this.progress = publisher.progress();
    this.whenClosed = whenClosed;
  }

  void stand(Standing next) {
    standing = next;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    return standing.commit(writes);
  }

  @Override
  public Optional<Document> get(ObjectKey key) {
    requireOpen();
    if (Volatiles.contains(key)) {
      return whileLeading(now -> now.volatileGet(key), now -> confirmed(now, () -> find(key)));
    }
    standing.confirm();
    return find(key);
  }

  private static <T> T confirmed(Standing now, Supplier<T> read) {
    now.confirm();
    return read.get();
  }

  /**
   * Of volatile objects, asks the leader, or answers as long as that is this member. A leader that
   * slept may learn in between that it is none: then what it has is old, or forgotten.
   */
  private <T> T whileLeading(
      Function<Standing, Optional<T>> elsewhere, Function<Standing, T> here) {
    for (int look = 0; look < LOOKS; look++) {
      Standing now = standing;
      Optional<Object> lead = now.lead();
      Optional<T> answer = elsewhere.apply(now);
      if (answer.isPresent()) {
        return answer.get();
      }
      T found = here.apply(now);
      if (lead.isPresent() && lead.get() == now.lead().orElse(null)) {
        return found;
      }
      if (found instanceof Watch watch) {
        watch.close();
      }
    }
    throw new StoreUnavailableException("the lead goes from member to member");
  }

  private Optional<Document> find(ObjectKey key) {
    for (int look = 0; look < LOOKS; look++) {
      long newest = progress.revision();
      Optional<Version> version = index.at(key, newest);
      if (version.isEmpty() && newest >= progress.horizon()) {
        return Optional.empty();
      }
      Optional<Document> document =
          version.flatMap(found -> documents.newest(key, found.position()));
      if (document.isPresent()) {
        return document;
      }
      // Replaced, and the version found first compacted away, between the two looks; or the whole
      // image was.
    }
    throw new IllegalStateException(key + " is in the index, but its document is nowhere");
  }

  @Override
  public ListResult list(ListQuery query) {
    requireOpen();
    if (Volatiles.mayBeIn(query.type(), query.namespace())) {
      return whileLeading(
          now -> now.volatileList(query), now -> confirmed(now, () -> lister.list(query)));
    }
    standing.confirm();
    return lister.list(query);
  }

  @Override
  public Watch watch(WatchQuery query, Runnable signal) {
    requireOpen();
    if (Volatiles.mayBeIn(query.type(), query.namespace())) {
      return whileLeading(
          now -> now.volatileWatch(query, signal), now -> watches.open(query, signal));
    }
    return watches.open(query, signal);
  }

  @Override
  public long revision() {
    standing.confirm();
    return progress.revision();
  }

  @Override
  public ResourceStore serializable() {
    return standing instanceof Standing.Alone ? this : here;
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreUnavailableException("the store is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      whenClosed.run();
    }
  }

  /** What this member has, without asking the others, but for what only the leader has. */
  private final class Here implements ResourceStore {
    @Override
    public CommitResult commit(List<Write> writes) {
      return GridStore.this.commit(writes);
    }

    @Override
    public Optional<Document> get(ObjectKey key) {
      requireOpen();
      return Volatiles.contains(key) ? GridStore.this.get(key) : find(key);
    }

    @Override
    public ListResult list(ListQuery query) {
      requireOpen();
      if (Volatiles.mayBeIn(query.type(), query.namespace())) {
        return GridStore.this.list(query);
      }
      if (lister.isBehind(query)) {
        standing.confirm();
      }
      return lister.list(query);
    }

    @Override
    public Watch watch(WatchQuery query, Runnable signal) {
      return GridStore.this.watch(query, signal);
    }

    @Override
    public long revision() {
      return progress.revision();
    }

    @Override
    public void close() {}
  }
}
