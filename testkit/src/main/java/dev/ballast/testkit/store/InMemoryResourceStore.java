package dev.ballast.testkit.store;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.CommitSize;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * The store as a model: everything on the heap, nothing durable, the whole history kept until
 * {@link #compact} is called.
 *
 * <p>Deterministic: a commit happens on the caller's thread, and signals run in the order in which
 * the watches were opened, through the executor given (the caller's thread by default; {@code
 * SimulatedTimers::execute} in a simulation). Thread-safe.
 */
public final class InMemoryResourceStore implements ResourceStore {

  /** A key's versions by revision; empty marks a removal. */
  private final NavigableMap<ObjectKey, NavigableMap<Long, Optional<Document>>> versions =
      new TreeMap<>();

  private final NavigableMap<Long, List<Watch.Event>> commits = new TreeMap<>();
  private final Set<MemoryWatch> watches = new LinkedHashSet<>();
  private final Executor signals;
  private long revision = 1;
  private long horizon;
  private String outage = "";
  private boolean closed;

  public InMemoryResourceStore() {
    this(Runnable::run);
  }

  public InMemoryResourceStore(Executor signals) {
    this.signals = signals;
  }

  @Override
  public CommitResult commit(List<Write> writes) {
    requireDistinctKeys(writes);
    long bytes = writes.stream().mapToLong(Write::bytes).sum();
    Optional<CommitResult> tooLarge = CommitSize.refusal(writes, bytes);
    if (tooLarge.isPresent()) {
      return tooLarge.get();
    }
    List<MemoryWatch> woken;
    CommitResult.Committed committed;
    synchronized (this) {
      if (closed || !outage.isEmpty()) {
        return new CommitResult.Unavailable(closed ? "the store is closed" : outage);
      }
      Map<ObjectKey, Document> before = new LinkedHashMap<>();
      for (Write write : writes) {
        Optional<Document> current = at(write.key(), revision);
        Optional<CommitResult> refusal = refusal(write, current).or(() -> moved(write));
        if (refusal.isPresent()) {
          return refusal.get();
        }
        current.ifPresent(document -> before.put(write.key(), document));
      }
      committed = apply(writes, before);
      woken = List.copyOf(watches);
    }
    woken.forEach(watch -> signals.execute(watch.signal));
    return committed;
  }

  private CommitResult.Committed apply(List<Write> writes, Map<ObjectKey, Document> before) {
    revision++;
    List<Watch.Event> events = new ArrayList<>();
    for (Write write : writes) {
      Optional<Document> previous = Optional.ofNullable(before.get(write.key()));
      Watch.Event event =
          switch (write) {
            case Write.Create create ->
                event(Watch.Change.ADDED, create.key(), create.json(), previous);
            case Write.Replace replace ->
                event(Watch.Change.MODIFIED, replace.key(), replace.json(), previous);
            case Write.Delete delete ->
                event(
                    Watch.Change.DELETED,
                    delete.key(),
                    Json.unstamp(previous.orElseThrow().json()),
                    previous);
          };
      events.add(event);
      versions
          .computeIfAbsent(write.key(), absent -> new TreeMap<>())
          .put(
              revision,
              event.change() == Watch.Change.DELETED
                  ? Optional.empty()
                  : Optional.of(event.document()));
    }
    commits.put(revision, List.copyOf(events));
    return new CommitResult.Committed(
        revision, events.stream().map(Watch.Event::document).toList());
  }

  private Watch.Event event(
      Watch.Change change, ObjectKey key, byte[] storable, Optional<Document> previous) {
    Document document = new Document(key, revision, Json.stamp(storable, revision));
    return new Watch.Event(change, document, previous);
  }

  private static Optional<CommitResult> refusal(Write write, Optional<Document> current) {
    ObjectKey key = write.key();
    if (write instanceof Write.Create) {
      return current.map(there -> new CommitResult.AlreadyExists(key));
    }
    if (current.isEmpty()) {
      return Optional.of(new CommitResult.NotFound(key));
    }
    Document document = current.get();
    boolean fits =
        switch (write) {
          case Write.Create ignored -> true;
          case Write.Replace replace -> replace.expectedRevision() == document.revision();
          case Write.Delete delete ->
              (delete.expectedRevision() == 0 || delete.expectedRevision() == document.revision())
                  && (delete.options().uid().isEmpty()
                      || delete.options().uid().equals(uid(document)));
        };
    long expected =
        switch (write) {
          case Write.Create ignored -> 0;
          case Write.Replace replace -> replace.expectedRevision();
          case Write.Delete delete -> delete.expectedRevision();
        };
    return fits
        ? Optional.empty()
        : Optional.of(new CommitResult.Conflict(key, expected, document.revision()));
  }

  private Optional<CommitResult> moved(Write write) {
    if (!(write instanceof Write.Create create) || create.basis().isEmpty()) {
      return Optional.empty();
    }
    Write.Basis basis = create.basis().get();
    long actual = at(basis.key(), revision).map(Document::revision).orElse(0L);
    return actual == basis.revision()
        ? Optional.empty()
        : Optional.of(new CommitResult.Conflict(basis.key(), basis.revision(), actual));
  }

  private static String uid(Document document) {
    return document.tree().path("metadata").path("uid").asText();
  }

  private static void requireDistinctKeys(List<Write> writes) {
    Set<ObjectKey> keys = new HashSet<>();
    for (Write write : writes) {
      if (!keys.add(write.key())) {
        throw new IllegalArgumentException(write.key() + " occurs twice in one commit");
      }
    }
    if (writes.isEmpty()) {
      throw new IllegalArgumentException("a commit needs at least one write");
    }
  }

  @Override
  public synchronized Optional<Document> get(ObjectKey key) {
    requireOpen();
    return at(key, revision);
  }

  @Override
  public synchronized ListResult list(ListQuery query) {
    requireOpen();
    return MemoryLists.list(query, versions.navigableKeySet(), this::at, revision, horizon);
  }

  @Override
  public synchronized Watch watch(WatchQuery query, Runnable signal) {
    requireOpen();
    MemoryWatch watch = new MemoryWatch(query, signal);
    watches.add(watch);
    return watch;
  }

  @Override
  public synchronized long revision() {
    return revision;
  }

  /** How many watches are open: a test asserts that nothing leaks. */
  public synchronized int openWatches() {
    return watches.size();
  }

  /**
   * Forgets the history before {@code upTo}: watches and pages from older revisions find {@code
   * Expired}.
   */
  public synchronized void compact(long upTo) {
    horizon = Math.max(horizon, Math.min(upTo, revision));
    NavigableMap<Long, List<Watch.Event>> forgotten = commits.headMap(horizon, true);
    watches.forEach(watch -> watch.forget(forgotten));
    forgotten.clear();
    for (NavigableMap<Long, Optional<Document>> chain : versions.values()) {
      Long kept = chain.floorKey(horizon);
      if (kept != null) {
        chain.headMap(kept, chain.get(kept).isEmpty()).clear();
      }
    }
    versions.values().removeIf(NavigableMap::isEmpty);
  }

  /** Refuses every write from now on with this reason; "" takes writes again. */
  public synchronized void refuseWrites(String reason) {
    outage = reason;
  }

  @Override
  public void close() {
    List<MemoryWatch> woken;
    synchronized (this) {
      closed = true;
      woken = List.copyOf(watches);
      watches.clear();
    }
    woken.forEach(watch -> signals.execute(watch.signal));
  }

  private Optional<Document> at(ObjectKey key, long revision) {
    NavigableMap<Long, Optional<Document>> chain = versions.get(key);
    Map.Entry<Long, Optional<Document>> version = chain == null ? null : chain.floorEntry(revision);
    return version == null ? Optional.empty() : version.getValue();
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreUnavailableException("the store is closed");
    }
  }

  private final class MemoryWatch implements Watch {
    private final WatchQuery query;
    private final Runnable signal;
    private final long horizonAtOpening = horizon;
    private long cursor;
    private boolean missed;
    private boolean ended;

    MemoryWatch(WatchQuery query, Runnable signal) {
      this.query = query;
      this.signal = signal;
      this.cursor = query.afterRevision();
    }

    @Override
    public Poll poll(int max) {
      synchronized (InMemoryResourceStore.this) {
        if (closed || ended) {
          return new Poll.Closed(closed ? "the store is closed" : "the watch is closed");
        }
        if (missed || cursor < horizonAtOpening) {
          return new Poll.Expired(cursor, horizon);
        }
        List<Event> events = new ArrayList<>();
        for (Map.Entry<Long, List<Event>> commit : commits.tailMap(cursor, false).entrySet()) {
          if (events.size() >= max) {
            return new Poll.Events(events, cursor, true);
          }
          commit.getValue().stream().filter(this::wanted).forEach(events::add);
          cursor = commit.getKey();
        }
        return new Poll.Events(events, cursor, false);
      }
    }

    /** A watch of a quiet type, which nobody signals, is not to expire for being behind. */
    private void forget(NavigableMap<Long, List<Event>> commits) {
      commits.forEach(
          (revision, events) ->
              missed |= revision > cursor && events.stream().anyMatch(this::wanted));
    }

    private boolean wanted(Event event) {
      ObjectKey key = event.document().key();
      return key.type().equals(query.type())
          && (query.namespace().isEmpty() || query.namespace().equals(key.namespace()));
    }

    @Override
    public void close() {
      synchronized (InMemoryResourceStore.this) {
        ended = true;
        watches.remove(this);
      }
    }
  }
}
