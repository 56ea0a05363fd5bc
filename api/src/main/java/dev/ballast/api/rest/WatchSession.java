package dev.ballast.api.rest;

import dev.ballast.api.server.ByteBudget;
import dev.ballast.api.server.Refusal;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * One watch from its first event to its end. It pulls from the store's cursor only when the client
 * took what was sent before: a client that does not read costs a parked virtual thread and one
 * buffer, and holds up nobody.
 *
 * <p>Owned by the virtual thread that runs it; signals and timers only release its semaphore.
 */
final class WatchSession {

  /**
   * Asked for, and confirmed, by a Ballast client: a bookmark follows each batch of events, so that
   * the client knows where commits end.
   */
  static final String COMMIT_BOOKMARKS = "Ballast-Commit-Bookmarks";

  private static final int BATCH = 100;

  /** How much is given to the link at once: what it encrypts ahead of a slow client. */
  private static final int SLICE_BYTES = 256 * 1024;

  private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(60);

  /**
   * @param bookmarks whether the client wants them
   * @param marksInitialEnd whether a bookmark ends the initial events
   * @param marksCommits whether a bookmark ends each batch
   * @param life how long until the server ends the watch
   */
  record Terms(
      ResourceType type,
      String namespace,
      FieldSelector fields,
      boolean bookmarks,
      boolean marksInitialEnd,
      boolean marksCommits,
      Duration life) {}

  private final ResourceStore store;
  private final Timers timers;
  private final EventFrames frames;
  private final Terms terms;
  private final ByteBudget.Share share;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean gone;
  private volatile boolean over;
  private volatile boolean bookmarkDue;

  /**
   * @param share what this watch may hold for its client
   */
  WatchSession(
      ResourceStore store, Timers timers, EventFrames frames, Terms terms, ByteBudget.Share share) {
    this.store = store;
    this.timers = timers;
    this.frames = frames;
    this.terms = terms;
    this.share = share;
  }

  /**
   * @param state what to tell first; events follow from its revision
   */
  void run(Pages state, EventSink sink) {
    long from = state.current().revision();
    sink.onGone(
        () -> {
          gone = true;
          wake.release();
        });
    Timers.Scheduled end = timers.schedule(terms.life(), () -> end());
    WatchQuery query = new WatchQuery(terms.type(), terms.namespace(), from, terms.fields());
    try (share;
        sink;
        Watch cursor = store.watch(query, wake::release)) {
      if (initial(state, sink)) {
        follow(cursor, from, sink);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.cancel();
    }
  }

  private void end() {
    over = true;
    wake.release();
  }

  private boolean initial(Pages state, EventSink sink) {
    long revision = state.current().revision();
    boolean taken = initial(state.current(), sink);
    try {
      while (taken && state.hasNext()) {
        taken = initial(state.next(), sink);
      }
    } catch (Refusal refusal) {
      sink.send(List.of(frames.error(refusal.failure())));
      return false;
    }
    return taken
        && (!terms.marksInitialEnd() || sink.send(List.of(frames.bookmark(revision, true))));
  }

  private boolean initial(ListResult.Page page, EventSink sink) {
    share.hold(page.documents().stream().mapToLong(document -> document.json().length).sum());
    List<List<byte[]>> batch = new ArrayList<>();
    long bytes = 0;
    for (Document document : page.documents()) {
      batch.add(frames.initial(document));
      bytes += document.json().length;
      if (bytes >= SLICE_BYTES) {
        if (!deliver(batch, bytes, sink)) {
          return false;
        }
        batch.clear();
        bytes = 0;
      }
    }
    return deliver(batch, bytes, sink);
  }

  /** What is held already goes out. */
  private boolean deliver(List<List<byte[]>> batch, long bytes, EventSink sink) {
    boolean taken = share.hold(0) && sink.send(batch);
    share.release(bytes);
    return taken;
  }

  private void follow(Watch cursor, long from, EventSink sink) throws InterruptedException {
    long seen = from;
    Timers.Scheduled nextBookmark = scheduleBookmark();
    try {
      while (!gone) {
        boolean more = false;
        switch (cursor.poll(BATCH)) {
          case Watch.Poll.Events events -> {
            seen = events.revision();
            more = events.more();
            if (!send(events, sink)) {
              return;
            }
          }
          case Watch.Poll.Expired expired -> {
            var tooOld = Versions.tooOld(expired.revision(), expired.oldestRevision());
            sink.send(List.of(frames.error(tooOld)));
            return;
          }
          case Watch.Poll.Closed closed -> {
            return;
          }
        }
        if (terms.bookmarks() && (bookmarkDue || over)) {
          bookmarkDue = false;
          nextBookmark.cancel();
          nextBookmark = scheduleBookmark();
          if (!sink.send(List.of(frames.bookmark(seen, false)))) {
            return;
          }
        }
        if (over) {
          return;
        }
        if (!more) {
          wake.acquire();
          wake.drainPermits();
        }
      }
    } finally {
      nextBookmark.cancel();
    }
  }

  private Timers.Scheduled scheduleBookmark() {
    return timers.schedule(
        BOOKMARK_EVERY,
        () -> {
          bookmarkDue = true;
          wake.release();
        });
  }

  private boolean send(Watch.Poll.Events events, EventSink sink) {
    List<List<byte[]>> batch = new ArrayList<>();
    for (Watch.Event event : events.events()) {
      frames.of(event).ifPresent(batch::add);
    }
    if (batch.isEmpty()) {
      return true;
    }
    if (terms.marksCommits()) {
      batch.add(frames.bookmark(events.revision(), false));
    }
    share.hold(batch.stream().mapToLong(WatchSession::bytes).sum());
    int from = 0;
    while (from < batch.size()) {
      int to = from;
      long bytes = 0;
      while (to < batch.size() && bytes < SLICE_BYTES) {
        bytes += bytes(batch.get(to++));
      }
      if (!deliver(batch.subList(from, to), bytes, sink)) {
        return false;
      }
      from = to;
    }
    return true;
  }

  private static long bytes(List<byte[]> event) {
    return event.stream().mapToLong(part -> part.length).sum();
  }
}
