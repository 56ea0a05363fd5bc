package dev.ballast.stategrid.watch;

import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.stategrid.documents.DocumentReader;
import dev.ballast.stategrid.entry.Progress;
import dev.ballast.stategrid.log.LogReader;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All open watches, on the recent changes that they share. Thread-safe. */
public final class Watches {

  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

  private final Progress progress;
  private final LogReader log;
  private final DocumentReader documents;
  private final Recents recents;
  private final Map<ResourceType, Set<GridWatch>> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public Watches(Progress progress, LogReader log, DocumentReader documents, Recents recents) {
    this.progress = progress;
    this.log = log;
    this.documents = documents;
    this.recents = recents;
  }

  public Watch open(WatchQuery query, Runnable signal) {
    GridWatch watch = new GridWatch(this, query, signal);
    of(query.type()).add(watch);
    return watch;
  }

  private Set<GridWatch> of(ResourceType type) {
    return open.computeIfAbsent(type, absent -> ConcurrentHashMap.newKeySet());
  }

  /** After a commit of these types is published. */
  public void signal(Collection<ResourceType> types) {
    types.forEach(type -> of(type).forEach(Watches::signal));
  }

  /** After everything has changed. */
  public void signalAll() {
    signal(open.keySet());
  }

  /** Ends the watches of one type and says so to their readers. */
  public void end(ResourceType type) {
    Set<GridWatch> ended = Set.copyOf(of(type));
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

  void forget(GridWatch watch, ResourceType type) {
    of(type).remove(watch);
  }

  public long count() {
    return open.values().stream().mapToLong(Set::size).sum();
  }

  /** Ends every watch and says so to its reader. */
  public void close() {
    closed = true;
    signal(open.keySet());
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
