package dev.ballast.client;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.Watch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Events between a watch's link and its reader. It keeps commits whole: events of one revision are
 * handed out together, once the next revision or a bookmark shows that they are all here. Bounded:
 * {@link #add} blocks while the reader is far behind, which in turn slows the server's sending.
 *
 * <p>Guarded by its own monitor, which is never held while the reader's signal runs. One thread
 * adds, one polls.
 */
final class WatchBuffer {

  private static final int CAPACITY = 4096;

  private final Runnable signal;
  private final Deque<Watch.Event> ready = new ArrayDeque<>();

  /** Events of {@link #openRevision}, of which more may come. */
  private final List<Watch.Event> open = new ArrayList<>();

  /** What was handed out of {@link #openRevision} early: a link opened anew repeats it. */
  private final Set<ObjectKey> handedOut = new HashSet<>();

  private long openRevision;

  /** Every event up to here has come. */
  private long complete;

  private Optional<Watch.Poll> end = Optional.empty();

  WatchBuffer(long afterRevision, Runnable signal) {
    this.complete = afterRevision;
    this.openRevision = afterRevision;
    this.signal = signal;
  }

  /** Where a link must begin so that nothing is missed. */
  synchronized long resumeFrom() {
    return complete;
  }

  synchronized boolean hasEnded() {
    return end.isPresent();
  }

  void add(Watch.Event event) {
    boolean found = false;
    synchronized (this) {
      awaitRoom();
      long revision = event.document().revision();
      if (revision > openRevision) {
        found = seal(revision - 1);
        openRevision = revision;
      }
      if (!handedOut.contains(event.document().key())) {
        open.add(event);
      }
    }
    signalIf(found);
  }

  /** Everything up to this revision has come. */
  void bookmark(long revision) {
    boolean found;
    synchronized (this) {
      found = seal(revision);
    }
    signalIf(found);
  }

  /**
   * For servers that do not mark the end of a commit: hands out what is here of the newest one. A
   * commit may then come in parts, but still every event once.
   */
  void releaseEarly() {
    boolean found;
    synchronized (this) {
      found = !open.isEmpty();
      open.forEach(event -> handedOut.add(event.document().key()));
      ready.addAll(open);
      open.clear();
    }
    signalIf(found);
  }

  /** What came of the newest commit comes again over the next link. */
  synchronized void linkLost() {
    open.clear();
  }

  /** The answer to every poll from now on, once the events that came whole are taken. */
  void end(Watch.Poll last) {
    synchronized (this) {
      if (end.isEmpty()) {
        end = Optional.of(last);
      }
      if (last instanceof Watch.Poll.Closed) {
        ready.clear();
      }
      notifyAll();
    }
    signal.run();
  }

  synchronized Watch.Poll poll(int max) {
    if (ready.isEmpty() && end.isPresent()) {
      return end.get();
    }
    List<Watch.Event> events = new ArrayList<>();
    long revision = 0;
    while (!ready.isEmpty()
        && (events.size() < max || ready.peek().document().revision() == revision)) {
      Watch.Event event = ready.poll();
      revision = event.document().revision();
      events.add(event);
    }
    notifyAll();
    return new Watch.Poll.Events(
        events, ready.isEmpty() ? complete : revision, !ready.isEmpty() || end.isPresent());
  }

  private boolean seal(long revision) {
    boolean found = !open.isEmpty();
    ready.addAll(open);
    open.clear();
    handedOut.clear();
    complete = Math.max(complete, revision);
    return found;
  }

  private void awaitRoom() {
    boolean interrupted = false;
    while (ready.size() >= CAPACITY && end.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void signalIf(boolean found) {
    if (found) {
      signal.run();
    }
  }
}
