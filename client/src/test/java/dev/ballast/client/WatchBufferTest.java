package dev.ballast.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.Watch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchBufferTest {

  private final AtomicInteger signals = new AtomicInteger();
  private final WatchBuffer buffer = new WatchBuffer(10, signals::incrementAndGet);

  private static Watch.Event event(String name, long revision) {
    ObjectKey key = new ObjectKey(ResourceType.PODS, "default", name);
    return new Watch.Event(
        Watch.Change.MODIFIED, new Document(key, revision, new byte[0]), Optional.empty());
  }

  private List<String> polled(int max) {
    return assertInstanceOf(Watch.Poll.Events.class, buffer.poll(max)).events().stream()
        .map(event -> event.document().key().name() + event.document().revision())
        .toList();
  }

  @Test
  void aCommitIsHeldBackUntilItIsWhole() {
    buffer.add(event("a", 11));
    buffer.add(event("b", 11));
    assertEquals(List.of(), polled(9));
    assertEquals(0, signals.get());
    buffer.bookmark(11);
    assertEquals(1, signals.get());
    assertEquals(List.of("a11", "b11"), polled(1));
    assertEquals(11, buffer.resumeFrom());
  }

  @Test
  void theNextRevisionShowsThatACommitIsWhole() {
    buffer.add(event("a", 11));
    buffer.add(event("a", 14));
    assertEquals(List.of("a11"), polled(9));
    assertEquals(13, buffer.resumeFrom());
  }

  @Test
  void aLostLinkDropsTheHalfCommitWhichComesAgain() {
    buffer.add(event("a", 11));
    buffer.add(event("a", 12));
    buffer.linkLost();
    assertEquals(11, buffer.resumeFrom());
    buffer.add(event("a", 12));
    buffer.add(event("b", 12));
    buffer.bookmark(12);
    assertEquals(List.of("a11", "a12", "b12"), polled(9));
  }

  @Test
  void whatWasHandedOutEarlyComesOnceOnly() {
    buffer.add(event("a", 11));
    buffer.releaseEarly();
    assertEquals(List.of("a11"), polled(9));
    buffer.linkLost();
    assertEquals(10, buffer.resumeFrom());
    buffer.add(event("a", 11));
    buffer.add(event("b", 11));
    buffer.add(event("a", 12));
    buffer.releaseEarly();
    assertEquals(List.of("b11", "a12"), polled(9));
  }

  @Test
  void aPollTellsHowFarItGot() {
    buffer.add(event("a", 11));
    buffer.bookmark(20);
    buffer.add(event("a", 21));
    buffer.bookmark(30);
    var first = assertInstanceOf(Watch.Poll.Events.class, buffer.poll(1));
    assertEquals(11, first.revision());
    assertTrue(first.more());
    assertEquals(30, assertInstanceOf(Watch.Poll.Events.class, buffer.poll(9)).revision());
  }

  @Test
  void expiryComesAfterWhatWasWhole() {
    buffer.add(event("a", 11));
    buffer.bookmark(11);
    buffer.end(new Watch.Poll.Expired(11, 0));
    assertEquals(List.of("a11"), polled(9));
    assertInstanceOf(Watch.Poll.Expired.class, buffer.poll(9));
  }

  @Test
  void aFullBufferHoldsTheLinkUpUntilTheReaderTakes() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    int events = 10_000;
    Thread link =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < events; i++) {
                    buffer.add(event("a", 11 + i));
                  }
                  buffer.bookmark(11 + events);
                  done.countDown();
                });
    int taken = 0;
    while (taken < events) {
      int got = polled(100).size();
      taken += got;
      assertTrue(got <= 100);
      if (got == 0) {
        Thread.onSpinWait();
      }
    }
    assertTrue(done.await(10, TimeUnit.SECONDS));
    link.join();
  }
}
