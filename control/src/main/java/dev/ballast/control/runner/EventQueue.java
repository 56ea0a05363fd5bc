package dev.ballast.control.runner;

import dev.ballast.control.informer.Reactor;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes what is to be told off the teller's thread. One writer takes all that has gathered, so that
 * many events share a commit when many happen, and one is written at once when few do; after each
 * commit it pauses, for what is told of must not be kept waiting by the telling. What comes while
 * {@value #MOST} wait is dropped, and counted: events are best effort. Thread-safe.
 */
public final class EventQueue implements Consumer<List<Tell>> {

  static final int MOST = 20_000;
  private static final int AT_ONCE = 128;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final EventRecorder recorder;
  private final String component;
  private final Timers timers;
  private final Deque<Tell> waiting = new ArrayDeque<>();
  private final Reactor writer;

  /** Guarded by waiting. */
  private boolean pausing;

  /**
   * @param component who tells
   */
  public EventQueue(EventRecorder recorder, String component, Timers timers) {
    this.recorder = recorder;
    this.component = component;
    this.timers = timers;
    this.writer = new Reactor(timers, this::write);
  }

  @Override
  public void accept(List<Tell> tells) {
    List<Tell> tooMany;
    synchronized (waiting) {
      int room = Math.min(tells.size(), MOST - waiting.size());
      waiting.addAll(tells.subList(0, room));
      tooMany = tells.subList(room, tells.size());
    }
    tooMany.forEach(tell -> recorder.dropped(tell, "too many events wait to be written"));
    writer.signal();
  }

  private void write() {
    List<Tell> part = new ArrayList<>();
    synchronized (waiting) {
      while (!pausing && part.size() < AT_ONCE && !waiting.isEmpty()) {
        part.add(waiting.poll());
      }
      if (part.isEmpty()) {
        return;
      }
      pausing = true;
    }
    recorder.tell(component, part);
    timers.schedule(PAUSE, this::goOn);
  }

  private void goOn() {
    synchronized (waiting) {
      pausing = false;
    }
    writer.signal();
  }
}
