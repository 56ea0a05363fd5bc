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

  record Change(long revision, String key, String value) {}

  private final List<Machine> machines;
  private final int first;
  private final List<Change> changes = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Long> versions = new HashMap<>();
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
    if (revision <= reached) {
      wrong.add("revision " + revision + " came after " + reached);
    }
    long known = versions.getOrDefault(key, 0L);
    if (known != previous) {
      wrong.add("a gap: " + key + " was at " + known + ", " + revision + " replaced " + previous);
    }
    versions.put(key, revision);
    reached = revision;
    changes.add(new Change(revision, key, value));
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

  List<String> wrong() {
    return wrong;
  }
}
