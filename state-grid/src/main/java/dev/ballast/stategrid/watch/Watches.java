package dev.ballast.stategrid.watch;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.log.LogReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All open watches, on the recent changes that they share. Thread-safe. */
public final class Watches {

  /**
   * Whose changes a watch wants.
   *
   * @param namespace "" for all
   */
  private record Scope(ResourceType type, String namespace) {}

  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

  private final Progress progress;
  private final LogReader log;
  private final DocumentReader documents;
  private final Recents recents;
  private final Map<Scope, Set<GridWatch>> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public Watches(Progress progress, LogReader log, DocumentReader documents, Recents recents) {
    this.progress = progress;
    this.log = log;
    this.documents = documents;
    this.recents = recents;
  }

  public Watch open(WatchQuery query, Runnable signal) {
    GridWatch watch = new GridWatch(this, query, signal);
    open.compute(
        scope(query),
        (scope, there) -> {
          Set<GridWatch> watches = there == null ? ConcurrentHashMap.newKeySet(2) : there;
          watches.add(watch);
          return watches;
        });
    return watch;
  }

  private static Scope scope(WatchQuery query) {
    return new Scope(query.type(), query.namespace());
  }

  private void signal(Scope scope) {
    open.getOrDefault(scope, Set.of()).forEach(Watches::signal);
  }

  /** After a commit of these changes is published. */
  public void signal(List<RecentChange> changes) {
    Set<Scope> scopes = new HashSet<>();
    for (RecentChange change : changes) {
      ObjectKey key = change.entry().key();
      scopes.add(new Scope(key.type(), key.namespace()));
      scopes.add(new Scope(key.type(), ""));
    }
    scopes.forEach(this::signal);
  }

  /** After everything has changed. */
  public void signalAll() {
    open.keySet().forEach(this::signal);
  }

  /** Ends the watches of one type and says so to their readers. */
  public void end(ResourceType type) {
    List<GridWatch> ended = new ArrayList<>();
    open.forEach(
        (scope, watches) -> {
          if (scope.type().equals(type)) {
            ended.addAll(watches);
          }
        });
    ended.forEach(GridWatch::end);
    ended.forEach(Watches::signal);
  }

  private static void signal(GridWatch watch) {
    try {
      watch.signal();
    } catch (RuntimeException e) {
      LOG.error("the signal of a watch of {} threw; it must not", watch, e);
    }
  }

  RecentChanges recent(ResourceType type) {
    return recents.of(type);
  }

  void forget(GridWatch watch, WatchQuery query) {
    open.computeIfPresent(
        scope(query),
        (scope, watches) -> {
          watches.remove(watch);
          return watches.isEmpty() ? null : watches;
        });
  }

  public long count() {
    return open.values().stream().mapToLong(Set::size).sum();
  }

  /** Ends every watch and says so to its reader. */
  public void close() {
    closed = true;
    signalAll();
    open.clear();
  }

  boolean closed() {
    return closed;
  }

  Progress progress() {
    return progress;
  }

  LogReader log() {
    return log;
  }

  DocumentReader documents() {
    return documents;
  }
}
