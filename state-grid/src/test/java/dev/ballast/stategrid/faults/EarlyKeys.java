package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A client of keys that live early and shortly: each is created, replaced a few times and deleted,
 * and never touched again. Compaction lets go of all their rows long before the run ends; one that
 * is there then has lost the mark of its removal before its rows.
 */
final class EarlyKeys {

  private static final int VERSIONS = 3;

  private final List<Machine> machines;
  private final Load load;
  private final int count;
  private final Map<String, Load.Seen> seen = new HashMap<>();
  private final CountDownLatch mayGo = new CountDownLatch(1);
  private int step;
  private int values;
  private volatile boolean grown;
  private volatile boolean gone;

  /**
   * @param count how many
   */
  EarlyKeys(List<Machine> machines, Load load, int count) {
    this.machines = machines;
    this.load = load;
    this.count = count;
    for (int i = 0; i < count; i++) {
      seen.put("e" + i, Load.Seen.NOTHING);
    }
    Thread.ofPlatform().daemon().start(this::run);
  }

  /** One step of one key after the other, at another member when one fails. */
  private void run() {
    for (int turn = 0; !gone; turn++) {
      Machine machine = machines.get(turn % machines.size());
      try (Machine.Link link = machine.link()) {
        while (step < VERSIONS * count) {
          advance(link, machine);
        }
        grown = true;
        mayGo.await();
        while (step < (VERSIONS + 1) * count) {
          advance(link, machine);
        }
        gone = true;
      } catch (IOException e) {
        Load.pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void advance(Machine.Link link, Machine machine) throws IOException {
    load.working().lock();
    try {
      String key = "e" + step % count;
      Load.Seen before = seen.get(key);
      if (before == null) {
        load.read(link, machine, key, seen);
      } else if (step < VERSIONS * count) {
        load.put(link, machine, key, "e" + values++, seen);
        step += seen.getOrDefault(key, before).version() > before.version() ? 1 : 0;
      } else if (before.version() > 0) {
        load.delete(link, machine, key, seen);
      } else {
        step++;
      }
    } finally {
      load.working().unlock();
    }
  }

  /** Whether all are there in their last version; none is deleted before {@link #mayGo}. */
  boolean grown() {
    return grown;
  }

  void mayGo() {
    mayGo.countDown();
  }

  boolean gone() {
    return gone;
  }
}
