package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.control.meta.KindNames;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events in batches: each is written, repeats are counted, and a crowd shares commits. */
final class EventQueueTest {

  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), new Random(1));
  private final InMemoryResourceStore store = new InMemoryResourceStore();
  private final EventQueue queue =
      new EventQueue(
          new EventRecorder(store, KindNames.BUILT_IN, timers, Telemetry.NONE),
          "default-scheduler",
          timers);

  @Test
  void manyShareACommit() {
    long before = store.revision();
    queue.accept(IntStream.range(0, 300).mapToObj(i -> tell("pod-" + i)).toList());
    queue.accept(IntStream.range(300, 600).mapToObj(i -> tell("pod-" + i)).toList());
    timers.runFor(Duration.ofSeconds(1));
    assertEquals(600, events().documents().size());
    assertTrue(store.revision() - before <= 6, "commits: " + (store.revision() - before));
  }

  @Test
  void whatRepeatsIsCountedWithinABatchToo() {
    queue.accept(List.of(tell("a"), tell("b"), tell("a"), tell("a")));
    timers.runFor(Duration.ofSeconds(1));
    queue.accept(List.of(tell("a")));
    timers.runFor(Duration.ofSeconds(1));
    List<Integer> counts =
        events().documents().stream().map(one -> one.tree().path("count").asInt()).toList();
    assertEquals(List.of(4, 1), counts);
  }

  @Test
  void beyondItsRoomTheNewestAreDropped() {
    queue.accept(IntStream.range(0, EventQueue.MOST + 5).mapToObj(i -> tell("pod-" + i)).toList());
    timers.runFor(Duration.ofMinutes(1));
    assertEquals(EventQueue.MOST, events().documents().size());
  }

  private ListResult.Page events() {
    return (ListResult.Page) store.list(ListQuery.all(ResourceType.EVENTS));
  }

  private static Tell tell(String pod) {
    return new Tell(
        new ObjectKey(ResourceType.PODS, "default", pod),
        "uid-" + pod,
        EventType.NORMAL,
        "Scheduled",
        "Successfully assigned default/" + pod + " to n1");
  }
}
