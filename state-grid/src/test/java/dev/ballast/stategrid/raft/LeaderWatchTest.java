package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.selector.FieldSelector;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.stategrid.wire.WireReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A watch of what only the leader has, as a follower's client reads it. */
class LeaderWatchTest {

  private static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");

  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));
  private int asked;

  /** So many changes after a revision, and there are always more. */
  private Watch.Poll changes(WatchQuery query, int max) {
    asked++;
    long after = query.afterRevision();
    return new Watch.Poll.Events(
        LongStream.rangeClosed(after + 1, after + max).mapToObj(LeaderWatchTest::event).toList(),
        after + max,
        true);
  }

  private static Watch.Event event(long revision) {
    ObjectKey key = new ObjectKey(LEASES, "kube-node-lease", "n");
    byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
    return new Watch.Event(
        Watch.Change.MODIFIED, new Document(key, revision, json), Optional.empty());
  }

  private LeaderWatch watch(LeaderWatch.Source leader) {
    return new LeaderWatch(
        leader, new WatchQuery(LEASES, "", 0, FieldSelector.EVERYTHING), () -> {}, timers);
  }

  private void settle() {
    while (timers.runOne()) {}
  }

  @Test
  void nothingIsFetchedForAReaderWhoDoesNotRead() {
    List<Long> seen = new ArrayList<>();
    try (LeaderWatch watch = watch(this::changes)) {
      settle();
      assertEquals(4, asked);
      for (int i = 0; i < 10; i++) {
        Watch.Poll.Events events = assertInstanceOf(Watch.Poll.Events.class, watch.poll(300));
        events.events().forEach(event -> seen.add(event.document().revision()));
        settle();
      }
    }
    assertEquals(LongStream.rangeClosed(1, seen.size()).boxed().toList(), seen);
    int portionsRead = seen.size() / 500;
    assertEquals(4 + portionsRead, asked);
  }

  @Test
  void itEndsWithItsLeader() {
    try (LeaderWatch watch =
        watch(
            (query, max) -> {
              throw new StoreUnavailableException("the leader is gone");
            })) {
      settle();
      assertEquals(new Watch.Poll.Closed("the leader is gone"), watch.poll(1));
    }
  }

  @Test
  void itEndsWithALeaderThatIsTooNewToBeUnderstood() {
    try (LeaderWatch watch =
        watch(
            (query, max) -> {
              throw assertThrows(
                  WireReader.UnreadableException.class, () -> new WireReader(new byte[] {99}));
            })) {
      settle();
      String why = assertInstanceOf(Watch.Poll.Closed.class, watch.poll(1)).reason();
      assertTrue(why.contains("newest version"), why);
    }
  }
}
