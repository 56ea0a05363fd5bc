package dev.ballast.stategrid.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.time.SimulatedTimers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a batch waits for company. */
class GatheringTest {

  /** Has something new each time that somebody waits. */
  private static final class Arriving extends LinkedBlockingQueue<String> {
    private static final long serialVersionUID = 1;

    private final List<Duration> waits = new ArrayList<>();
    private final int most;

    Arriving(int most) {
      this.most = most;
    }

    @Override
    public String poll(long timeout, TimeUnit unit) {
      waits.add(Duration.of(timeout, unit.toChronoUnit()));
      return waits.size() > most ? null : "arrived";
    }
  }

  private static List<String> taken(Arriving queue, int last, int waiting, Duration took)
      throws InterruptedException {
    Gathering gathering = new Gathering(new SimulatedTimers(Instant.EPOCH, new Random(1)));
    gathering.worked(last, waiting, took);
    List<String> taken = new ArrayList<>(List.of("first"));
    gathering.await(queue, taken, 8);
    return taken;
  }

  @Test
  void aQuickLogIsNotWaitedFor() throws Exception {
    Arriving queue = new Arriving(10);
    assertEquals(1, taken(queue, 3, 3, Duration.ofMillis(1)).size());
    assertEquals(List.of(), queue.waits);
  }

  @Test
  void aSlowOneIsUntilAllAreThere() throws Exception {
    Arriving queue = new Arriving(10);
    assertEquals(5, taken(queue, 3, 2, Duration.ofHours(1)).size());
    assertEquals(Collections.nCopies(4, Duration.ofMillis(3)), queue.waits);
  }

  @Test
  void whoIsAloneDoesNotWait() throws Exception {
    Arriving queue = new Arriving(10);
    assertEquals(1, taken(queue, 1, 0, Duration.ofHours(1)).size());
    assertEquals(List.of(), queue.waits);
  }

  @Test
  void nobodyComingEndsIt() throws Exception {
    assertEquals(3, taken(new Arriving(2), 6, 6, Duration.ofHours(1)).size());
  }

  @Test
  void aBatchHasABound() throws Exception {
    assertEquals(8, taken(new Arriving(100), 60, 60, Duration.ofHours(1)).size());
  }
}
