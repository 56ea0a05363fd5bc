package dev.ballast.stategrid.raft;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.wire.WireReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch of what only the leader has: asks it for one portion after the other while the reader
 * keeps up. It ends when the leader changes.
 */
final class LeaderWatch implements Watch {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);
  private static final int PORTION = 500;
  private static final int AHEAD = 4;

  /** The leader's changes after a revision, waiting a little for the first. */
  interface Source {

    /**
     * @throws StoreUnavailableException when the leader does not answer
     * @throws WireReader.UnreadableException when its version is newer than ours
     */
    Poll changes(WatchQuery query, int max);
  }

  private final Source leader;
  private final WatchQuery query;
  private final Runnable signal;
  private final Timers timers;
  private final Deque<Poll> portions = new ArrayDeque<>();
  private boolean asking;
  private boolean ended;
  private volatile boolean closed;
  private long asked;
  private long shown;

  LeaderWatch(Source leader, WatchQuery query, Runnable signal, Timers timers) {
    this.leader = leader;
    this.query = query;
    this.signal = signal;
    this.timers = timers;
    this.asked = query.afterRevision();
    this.shown = query.afterRevision();
    ask();
  }

  private synchronized void ask() {
    if (!asking && !ended && !closed && portions.size() < AHEAD) {
      asking = true;
      timers.execute(this::fetch);
    }
  }

  private void fetch() {
    Poll poll;
    try {
      poll =
          leader.changes(
              new WatchQuery(query.type(), query.namespace(), asked, query.fields()), PORTION);
    } catch (StoreUnavailableException | WireReader.UnreadableException e) {
      poll = new Poll.Closed(e.getMessage());
    } catch (RuntimeException unforeseen) {
      LOG.error("a watch of {} over the leader failed; it ends", query.type(), unforeseen);
      poll = new Poll.Closed("it failed: " + unforeseen);
    }
    boolean news = take(poll);
    if (news) {
      signal.run();
    }
    ask();
  }

  private synchronized boolean take(Poll poll) {
    asking = false;
    if (poll instanceof Poll.Events events) {
      asked = events.revision();
      if (events.events().isEmpty()) {
        return false;
      }
    } else {
      ended = true;
    }
    portions.add(poll);
    return true;
  }

  @Override
  public Poll poll(int max) {
    if (closed) {
      return new Poll.Closed("the watch is closed");
    }
    Poll poll = next(max);
    ask();
    return poll;
  }

  private synchronized Poll next(int max) {
    Poll first = portions.peek();
    if (!(first instanceof Poll.Events events)) {
      return first == null ? new Poll.Events(List.of(), shown, false) : first;
    }
    portions.remove();
    List<Event> now = new ArrayList<>();
    int taken = 0;
    for (Event event : events.events()) {
      if (taken >= max && event.document().revision() != now.getLast().document().revision()) {
        break;
      }
      now.add(event);
      taken++;
    }
    List<Event> rest = events.events().subList(taken, events.events().size());
    if (!rest.isEmpty()) {
      portions.addFirst(new Poll.Events(rest, events.revision(), events.more()));
    }
    shown = rest.isEmpty() ? events.revision() : now.getLast().document().revision();
    return new Poll.Events(now, shown, !portions.isEmpty());
  }

  @Override
  public void close() {
    closed = true;
  }
}
