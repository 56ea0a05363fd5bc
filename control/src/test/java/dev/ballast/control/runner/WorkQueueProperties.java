package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random adds, delays, retries and rounds: no key runs twice at once, no wake-up is lost. */
final class WorkQueueProperties {

  private final SimulatedTimers timers(long seed) {
    return new SimulatedTimers(Instant.EPOCH, new Random(seed));
  }

  private WorkQueue<Integer> queue(SimulatedTimers timers, Runnable available) {
    return new WorkQueue<>("test", timers, Telemetry.NONE, Backoff.KEYS, available);
  }

  @Property(tries = 200)
  void everyAddIsFollowedByAWholeRound(@ForAll long seed) {
    Random random = new Random(seed);
    SimulatedTimers timers = timers(seed);
    WorkQueue<Integer> queue = queue(timers, () -> {});
    Map<Integer, Integer> version = new HashMap<>();
    Map<Integer, Integer> worked = new HashMap<>();
    Map<Integer, Integer> running = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      int key = random.nextInt(5);
      switch (random.nextInt(5)) {
        case 0 -> {
          version.merge(key, 1, Integer::sum);
          queue.add(key);
        }
        case 1 -> queue.addAfter(key, Duration.ofMillis(random.nextInt(100)));
        case 2 ->
            queue
                .take()
                .ifPresent(
                    taken -> {
                      assertFalse(running.containsKey(taken), "taken twice: " + taken);
                      running.put(taken, version.getOrDefault(taken, 0));
                    });
        case 3 -> finishOne(queue, running, worked, random);
        default -> timers.runFor(Duration.ofMillis(random.nextInt(50)));
      }
    }
    timers.runFor(Duration.ofSeconds(10));
    while (queue.hasNext() || !running.isEmpty()) {
      queue.take().ifPresent(taken -> running.put(taken, version.getOrDefault(taken, 0)));
      finishOne(queue, running, worked, random);
    }
    version.forEach(
        (key, last) -> assertEquals(last, worked.get(key), "key " + key + " was not seen again"));
  }

  private static void finishOne(
      WorkQueue<Integer> queue,
      Map<Integer, Integer> running,
      Map<Integer, Integer> worked,
      Random random) {
    if (!running.isEmpty()) {
      Integer done =
          running.keySet().stream().skip(random.nextInt(running.size())).findFirst().orElseThrow();
      worked.put(done, running.remove(done));
      queue.done(done);
    }
  }

  @Example
  void addsBeforeATakeCoalesce() {
    WorkQueue<Integer> queue = queue(timers(1), () -> {});
    queue.add(1);
    queue.add(1);
    queue.add(2);
    assertEquals(2, queue.depth());
    Set<Integer> taken = new HashSet<>();
    taken.add(queue.take().orElseThrow());
    taken.add(queue.take().orElseThrow());
    assertEquals(Set.of(1, 2), taken);
    assertTrue(queue.take().isEmpty());
  }

  @Example
  void anAddDuringARoundIsHandedOutAfterIt() {
    WorkQueue<Integer> queue = queue(timers(1), () -> {});
    queue.add(1);
    queue.take();
    queue.add(1);
    assertTrue(queue.take().isEmpty(), "it is still being worked on");
    queue.done(1);
    assertEquals(1, queue.take().orElseThrow());
  }

  @Example
  void retriesWaitLongerEachTimeUntilForgotten() {
    SimulatedTimers timers = timers(1);
    WorkQueue<Integer> queue = queue(timers, () -> {});
    for (int delay : new int[] {5, 10, 20, 40}) {
      queue.retry(1);
      timers.runFor(Duration.ofMillis(delay - 1));
      assertFalse(queue.hasNext(), "too early after " + delay);
      timers.runFor(Duration.ofMillis(1));
      assertTrue(queue.hasNext(), "too late after " + delay);
      queue.take();
      queue.done(1);
    }
    queue.forget(1);
    queue.retry(1);
    timers.runFor(Duration.ofMillis(5));
    assertTrue(queue.hasNext());
  }

  @Example
  void theShortestOfSeveralDelaysCounts() {
    SimulatedTimers timers = timers(1);
    WorkQueue<Integer> queue = queue(timers, () -> {});
    queue.addAfter(1, Duration.ofSeconds(60));
    queue.addAfter(1, Duration.ofSeconds(1));
    timers.runFor(Duration.ofSeconds(1));
    assertTrue(queue.hasNext());
  }

  @Example
  void closedQueuesHandOutNothing() {
    WorkQueue<Integer> queue = queue(timers(1), () -> {});
    queue.add(1);
    queue.close();
    queue.add(2);
    assertTrue(queue.take().isEmpty());
  }
}
