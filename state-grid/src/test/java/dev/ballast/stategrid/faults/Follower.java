package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A watcher that follows every change from the beginning, and goes on at another member, from where
 * it was, when the one it watched is lost. Notes what is wrong with the stream.
 */
final class Follower {

  private final List<Machine> machines;
  private final int first;
  private final List<Change> changes = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Change> state = new HashMap<>();
  private final Thread thread;
  private volatile long reached = 1;
  private volatile boolean stopped;

  Follower(List<Machine> machines, int first) {
    this.machines = machines;
    this.first = first;
    this.thread = Thread.ofPlatform().daemon().start(this::run);
  }

  private void run() {
    for (int turn = first; !stopped; turn++) {
      try (Machine.Link link = machines.get(turn % machines.size()).link()) {
        link.out.writeByte(FaultMember.WATCH);
        link.out.writeLong(reached);
        link.out.flush();
        while (!stopped) {
          switch (link.in.readByte()) {
            case FaultMember.OK ->
                take(link.in.readLong(), link.in.readLong(), link.in.readUTF(), link.in.readUTF());
            case FaultMember.REMOVED ->
                takeRemoval(
                    link.in.readLong(), link.in.readLong(), link.in.readUTF(), link.in.readUTF());
            case FaultMember.CONFLICT -> reached = Math.max(reached, link.in.readLong());
            default -> {
              wrong.add("history was gone at revision " + reached);
              return;
            }
          }
        }
      } catch (IOException e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(long revision, long previous, String key, String value) {
    check(revision, previous, key);
    note(new Change(revision, key, value));
  }

  /**
   * @param last the value that the removed version had
   */
  private void takeRemoval(long revision, long previous, String key, String last) {
    Change known = check(revision, previous, key);
    if (!known.value().equals(last)) {
      wrong.add("removed as " + last + ": " + known + " at " + revision);
    }
    note(new Change(revision, key, ""));
  }

  private Change check(long revision, long previous, String key) {
    if (revision <= reached) {
      wrong.add("revision " + revision + " came after " + reached);
    }
    Change known = state.getOrDefault(key, new Change(0, key, ""));
    if (known.revision() != previous) {
      wrong.add("a gap: " + known + ", " + revision + " replaced " + previous);
    }
    return known;
  }

  private void note(Change change) {
    if (change.removes()) {
      state.remove(change.key());
    } else {
      state.put(change.key(), change);
    }
    reached = change.revision();
    changes.add(change);
  }

  long reached() {
    return reached;
  }

  /** Ends it; what it saw and what was wrong may be read then. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join(30_000);
  }

  List<Change> changes() {
    return changes;
  }

  /** What the stream leaves of every key that is there. */
  Map<String, Change> state() {
    return state;
  }

  List<String> wrong() {
    return wrong;
  }
}
