package dev.ballast.control.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.telemetry.ShownGauges;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

  /** Each time of leading has queues of its own. */
  @Test
  void itsFiguresGoWithIt() {
    ShownGauges figures = new ShownGauges();
    SimulatedTimers timers =
        new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), new Random(1));
    WorkQueue<String> queue = new WorkQueue<>("job", timers, figures, Backoff.KEYS, () -> {});
    assertEquals(3, figures.shown().size());
    queue.close();
    assertEquals(Set.of(), figures.shown());
  }
}
