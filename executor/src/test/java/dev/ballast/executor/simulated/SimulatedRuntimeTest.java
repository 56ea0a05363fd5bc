package dev.ballast.executor.simulated;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.container.ContainerRuntime;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.testkit.container.ContainerRuntimeContract;
import dev.ballast.testkit.container.Specimens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

class SimulatedRuntimeTest extends ContainerRuntimeContract {

  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse("2026-01-01T00:00:00Z"), new Random(1));
  private final SimulatedRuntime runtime =
      new SimulatedRuntime("node", SimulatedMachine.DEFAULT, timers);

  @Override
  protected ContainerRuntime runtime() {
    return runtime;
  }

  @Override
  protected PodRef pod() {
    return new PodRef("default", "p", "uid-1");
  }

  @Override
  protected String image() {
    return "ballast.local/busybox:1";
  }

  @Override
  protected List<String> forever() {
    return List.of();
  }

  @Override
  protected String startEnding(PodRef pod, String sandbox, String name, int code) {
    String image = "ballast.local/exit-" + code + "-after-5s";
    String id =
        id(runtime.createContainer(Specimens.container(pod, name, 0, sandbox, image, List.of())));
    id(runtime.start(id));
    return id;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    for (int i = 0; i < 100 && !condition.getAsBoolean(); i++) {
      timers.runFor(Duration.ofSeconds(1));
    }
    assertTrue(condition.getAsBoolean());
  }
}
