package dev.ballast.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.time.SimulatedTimers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** With and without the others, who have it anew, have taken it back, or have what is not here. */
class BestKnownTest {

  private static final ObjectKey KEY = ObjectKey.cluster(ResourceType.NODES, "a");
  private static final Duration SOON = Duration.ofSeconds(1);

  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse("2026-01-02T03:04:05Z"), new Random(1));
  private final Member store = new Member();
  private final BestKnown known = new BestKnown(store, timers);

  @Test
  void whatMostHaveCounts() {
    store.here = document(1);
    store.everywhere = document(2);
    assertEquals(store.everywhere, find());
    store.everywhere = Optional.empty();
    assertEquals(Optional.empty(), find(), "taken back, though it is here yet");
    store.here = Optional.empty();
    store.everywhere = document(3);
    assertEquals(store.everywhere, find());
  }

  @Test
  void withoutTheOthersWhatIsHereCountsAndOneWaits() {
    store.here = document(1);
    store.everywhere = document(2);
    store.alone = true;
    for (int i = 0; i < 10; i++) {
      assertEquals(store.here, find());
    }
    assertEquals(1, store.waited, "others do not wait for what the first one waited for in vain");
  }

  @Test
  void withoutTheOthersNothingIsSaidToBeGone() {
    store.alone = true;
    assertThrows(StoreUnavailableException.class, this::find);
    assertThrows(StoreUnavailableException.class, this::find, "nor when that is known already");
  }

  @Test
  void whatWasTakenBackIsRefusedOnceTheOthersAnswerAgain() {
    store.here = document(1);
    store.alone = true;
    assertEquals(store.here, find());
    timers.runFor(SOON);
    assertEquals(store.here, find());
    store.alone = false;
    timers.runFor(SOON);
    assertEquals(Optional.empty(), find());
    store.alone = true;
    assertEquals(store.here, find(), "and so every time");
    store.alone = false;
    timers.runFor(SOON);
    assertEquals(Optional.empty(), find());
  }

  /** However often the newest was to be had in between: one asks in the background for all. */
  @Test
  void oneAsksForAll() {
    store.here = document(1);
    for (int i = 0; i < 10; i++) {
      store.alone = false;
      assertEquals(Optional.empty(), findNewest());
      store.alone = true;
      assertEquals(store.here, find());
    }
    store.waited = 0;
    timers.runFor(SOON);
    assertEquals(20, store.waited, "every 50 ms");
  }

  /** Also before anything was asked in the background. */
  @Test
  void whoNeedsTheNewestIsNeverKnownByWhatIsOld() {
    store.here = document(1);
    store.alone = true;
    assertThrows(StoreUnavailableException.class, this::findNewest);
    assertEquals(store.here, find());
    assertEquals(1, store.waited, "others do not wait for what this one waited for in vain");
    assertThrows(StoreUnavailableException.class, this::findNewest, "nor once that is known");
    store.alone = false;
    assertEquals(Optional.empty(), findNewest(), "taken back elsewhere meanwhile");
    assertEquals(Optional.empty(), find(), "and from then on to everybody");
  }

  private Optional<Document> findNewest() {
    return BestKnown.requiringNewest(this::find);
  }

  private Optional<Document> find() {
    return known.find(from -> from.get(KEY));
  }

  private static Optional<Document> document(long revision) {
    return Optional.of(new Document(KEY, revision, "{}".getBytes(StandardCharsets.UTF_8)));
  }

  /** What one member has, and what all have; answers gets only. */
  private static class Member extends DelegatingStore {
    private Optional<Document> here = Optional.empty();
    private Optional<Document> everywhere = Optional.empty();
    private boolean alone;
    private int waited;

    Member() {
      super(null);
    }

    @Override
    public Optional<Document> get(ObjectKey key) {
      revision();
      return everywhere;
    }

    @Override
    public long revision() {
      if (alone) {
        waited++;
        throw new StoreUnavailableException("alone");
      }
      return 1;
    }

    @Override
    public ResourceStore serializable() {
      Member view = new Member();
      view.everywhere = here;
      return view;
    }
  }
}
