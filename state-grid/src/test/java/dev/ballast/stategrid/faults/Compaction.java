package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.util.List;

/**
 * Has the group forget, every second, what all watchers have seen: images that are handed on,
 * restarts and watches that go on meet a horizon near the newest revision.
 */
final class Compaction implements AutoCloseable {

  private static final long EVERY_MILLIS = 1000;

  private final Team team;
  private final List<Follower> followers;
  private final Thread thread;
  private volatile boolean held;
  private volatile boolean stopped;
  private volatile long horizon;

  Compaction(Team team, List<Follower> followers) {
    this.team = team;
    this.followers = followers;
    this.thread = Thread.ofPlatform().daemon().start(this::run);
  }

  private void run() {
    while (!stopped) {
      try {
        Thread.sleep(EVERY_MILLIS);
        if (!held) {
          now();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  void now() {
    team.leader().ifPresent(this::compact);
  }

  /** Whether history is kept for now. */
  void hold(boolean on) {
    held = on;
  }

  /** Up to here all watchers have seen everything. */
  long seen() {
    return followers.stream().mapToLong(Follower::reached).min().orElse(0);
  }

  private void compact(Machine leader) {
    try (Machine.Link link = leader.link()) {
      link.out.writeByte(FaultMember.COMPACT);
      link.out.writeLong(seen());
      link.out.flush();
      if (link.in.readByte() == FaultMember.OK) {
        horizon = link.in.readLong();
      }
    } catch (IOException e) {
      // Whoever leads next does it.
    }
  }

  /** The newest that a leader told of. */
  long horizon() {
    return horizon;
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
  }
}
