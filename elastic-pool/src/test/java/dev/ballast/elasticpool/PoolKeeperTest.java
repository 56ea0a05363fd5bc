package dev.ballast.elasticpool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ballast.core.pool.Machine;
import dev.ballast.core.pool.MachineSpec;
import dev.ballast.core.pool.NodeProvider.Listed;
import dev.ballast.core.status.Failure;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.pool.FakeNodeProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolKeeperTest {

  private final FakeNodeProvider provider = new FakeNodeProvider();
  private final SimulatedTimers timers = new SimulatedTimers(Instant.EPOCH, new Random(1));

  @ParameterizedTest
  @CsvSource({
    "2, '', '+w-0 +w-1'",
    "2, 'w-0 w-1', ''",
    "2, 'w-1', '+w-0'",
    "1, 'w-0 w-1 w-7', '-w-1 -w-7'",
    "1, 'w-3', '-w-3 +w-0'",
    "0, 'w-0', '-w-0'",
  })
  void decides(int size, String there, String steps) {
    List<Machine> machines =
        List.of(there.split(" ")).stream()
            .filter(name -> !name.isEmpty())
            .map(name -> new Machine("id-" + name, spec(name, "w")))
            .toList();
    assertEquals(steps, text(pool(size).reconcile(machines)));
  }

  @Test
  void leavesOtherPoolsAlone() {
    Machine other = new Machine("id", spec("w-9", "other"));
    assertEquals("", text(pool(0).reconcile(List.of(other))));
  }

  @Test
  void replacesWhatIsLostAndTriesAgainWhatFailed() {
    PoolKeeper keeper = new PoolKeeper(pool(2), provider, timers, Telemetry.NONE);
    provider.failNext(new Failure(503, "ServiceUnavailable", "no machines today"));
    keeper.start();
    timers.runFor(Duration.ofSeconds(1));
    assertEquals(List.of(), names());
    timers.runFor(Duration.ofSeconds(20));
    assertEquals(List.of("w-0", "w-1"), names());
    provider.lose("w-0");
    timers.runFor(Duration.ofSeconds(20));
    assertEquals(List.of("w-0", "w-1"), names());
    assertEquals(List.of("create w-0", "create w-1", "create w-0"), provider.calls());
    keeper.close();
    provider.lose("w-1");
    timers.runFor(Duration.ofSeconds(60));
    assertEquals(List.of("w-0"), names());
  }

  private static StaticPool pool(int size) {
    return new StaticPool("w", size, Map.of("cpu", "4"), Map.of());
  }

  private static MachineSpec spec(String name, String pool) {
    return new MachineSpec(name, pool, "t", Map.of(), Map.of());
  }

  private static String text(List<StaticPool.Step> steps) {
    return String.join(
        " ",
        steps.stream()
            .map(
                step ->
                    switch (step) {
                      case StaticPool.Step.Create create -> "+" + create.spec().name();
                      case StaticPool.Step.Delete delete -> "-" + delete.machine().spec().name();
                    })
            .toList());
  }

  private List<String> names() {
    return ((Listed.Machines) provider.list())
        .machines().stream().map(machine -> machine.spec().name()).toList();
  }
}
