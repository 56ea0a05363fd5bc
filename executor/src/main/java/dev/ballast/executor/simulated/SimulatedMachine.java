package dev.ballast.executor.simulated;

import dev.ballast.core.container.RuntimeInfo;
import java.time.Duration;

/**
 * A machine that is not there.
 *
 * @param pull how long an image takes that is not there yet
 * @param start how long a container takes to start
 */
public record SimulatedMachine(
    int cpus, long memoryBytes, long diskBytes, Duration pull, Duration start) {

  public static final SimulatedMachine DEFAULT =
      new SimulatedMachine(8, 32L << 30, 200L << 30, Duration.ofSeconds(2), Duration.ofMillis(200));

  RuntimeInfo info() {
    return new RuntimeInfo(
        "simulated",
        "1.0",
        "linux",
        "simulated",
        "simulated",
        "amd64",
        cpus,
        memoryBytes,
        memoryBytes,
        diskBytes,
        diskBytes,
        "",
        true);
  }
}
