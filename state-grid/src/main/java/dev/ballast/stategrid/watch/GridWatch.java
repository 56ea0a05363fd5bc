package dev.ballast.stategrid.watch;

import dev.ballast.core.resource.Document;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.stategrid.entry.Entry;
import dev.ballast.stategrid.entry.Position;
import dev.ballast.stategrid.entry.Volatiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A cursor: reads the shared recent changes, or the log when it has fallen behind them. One thread
 * polls at a time.
 */
final class GridWatch implements Watch {

  private final Watches watches;
  private final WatchQuery query;
  private final Runnable signal;
  private final boolean tooOld;
  private long cursor;
  private volatile boolean closed;
  private volatile boolean ended;

  GridWatch(Watches watches, WatchQuery query, Runnable signal) {
    this.watches = watches;
    this.query = query;
    this.signal = signal;
    this.cursor = query.afterRevision();
    this.tooOld = cursor < watches.progress().horizon();
  }

  void signal() {
    signal.run();
  }

  /** The store no longer serves it; its reader has to open it again. */
  void end() {
    ended = true;
  }

  @Override
  public Poll poll(int max) {
    if (ended) {
      return new Poll.Closed("what is watched has moved to another member");
    }
    if (closed || watches.closed()) {
      return new Poll.Closed(closed ? "the watch is closed" : "the store is closed");
    }
    try {
      return read(max);
    } catch (StoreUnavailableException e) {
      return new Poll.Closed(e.getMessage());
    }
  }

  private Poll read(int max) {
    long newest = watches.progress().revision();
    long horizon = watches.progress().horizon();
    if (tooOld || cursor < horizon && !nothingHappenedUntil(horizon)) {
      return expired(horizon);
    }
    if (cursor >= newest) {
      return new Poll.Events(List.of(), cursor, false);
    }
    List<RecentChange> recent =
        watches.recent(query.type()).between(cursor, newest, query.namespace(), max);
    if (recent != null) {
      return fromMemory(recent, newest, max);
    }
    if (Volatiles.mayBeIn(query.type(), query.namespace())) {
      return expired(watches.recent(query.type()).floor());
    }
    return fromLog(newest, max);
  }

  /**
   * Only of a watch that was open before: where a new one may begin is the same on every member.
   *
   * <p>A watch of a quiet type is not signalled and so not polled, and compaction overtakes it; it
   * has missed nothing as long as the recent changes reach back to where it stands.
   */
  private boolean nothingHappenedUntil(long horizon) {
    List<RecentChange> missed =
        watches.recent(query.type()).between(cursor, horizon, query.namespace(), 1);
    if (missed == null || !missed.isEmpty()) {
      return false;
    }
    cursor = horizon;
    return true;
  }

  private Poll expired(long oldest) {
    return new Poll.Expired(cursor, oldest);
  }

  private Poll fromMemory(List<RecentChange> changes, long newest, int max) {
    List<Event> events = new ArrayList<>(changes.size());
    for (RecentChange change : changes) {
      Optional<Event> event = change.event(watches.documents());
      if (event.isEmpty()) {
        return expired(watches.progress().horizon());
      }
      events.add(event.get());
    }
    return advance(events, newest, changes.size() >= max);
  }

  private Poll fromLog(long newest, int max) {
    List<Entry> entries = new ArrayList<>();
    boolean[] cut = {false};
    watches
        .log()
        .scan(
            query.type(),
            Position.endOf(cursor),
            Position.endOf(newest),
            entry -> {
              cut[0] = entries.size() >= max && entry.revision() != entries.getLast().revision();
              if (!cut[0] && wanted(entry)) {
                entries.add(entry);
              }
              return !cut[0];
            });
    List<Event> events = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Optional<Event> event = load(entry);
      if (event.isEmpty()) {
        return expired(watches.progress().horizon());
      }
      events.add(event.get());
    }
    if (cursor < watches.progress().horizon()) {
      return expired(watches.progress().horizon());
    }
    return advance(events, newest, cut[0]);
  }

  private boolean wanted(Entry entry) {
    return query.namespace().isEmpty() || query.namespace().equals(entry.key().namespace());
  }

  private Optional<Event> load(Entry entry) {
    Optional<Document> previous =
        entry.previous() == 0
            ? Optional.empty()
            : watches.documents().any(entry.key(), entry.previous());
    if (entry.previous() != 0 && previous.isEmpty()) {
      return Optional.empty();
    }
    Optional<Document> document =
        entry.removes()
            ? previous.map(last -> RecentChange.removed(last, entry.revision()))
            : watches.documents().any(entry.key(), entry.position());
    return document.map(present -> new Event(entry.change(), present, previous));
  }

  private Poll advance(List<Event> events, long newest, boolean cut) {
    cursor = cut ? events.getLast().document().revision() : newest;
    return new Poll.Events(events, cursor, cut);
  }

  @Override
  public void close() {
    closed = true;
    watches.forget(this, query);
  }

  @Override
  public String toString() {
    return query.toString();
  }
}
