package dev.ballast.app.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole cluster under faults: processes die at any step, commits lose races and answers,
 * watches break, stall and repeat, clocks jump, engines lose events and containers, people
 * force-delete what is in their way. The {@link Invariants} hold at every commit, and when the
 * faults end everything converges. {@code -Dballast.seed} repeats one seed, {@code -Dballast.seeds}
 * sets how many.
 */
class ClusterSimulationTest {

  static LongStream seeds() {
    Long one = Long.getLong("ballast.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Integer.getInteger("ballast.seeds", 3));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void holdsItsInvariantsUnderFaultsAndConvergesAfterThem(long seed) {
    Optional<String> wrong = new Simulation(seed, Sabotage.NONE).run();
    assertTrue(wrong.isEmpty(), wrong::orElseThrow);
  }

  @Test
  void oneSeedIsOneHistory() {
    Simulation once = new Simulation(7, Sabotage.NONE);
    Simulation again = new Simulation(7, Sabotage.NONE);
    assertEquals(once.underFaults(120), again.underFaults(120));
    assertEquals(once.fingerprint(), again.fingerprint());
  }
}
