package dev.ballast.executor.agent;

import dev.ballast.core.container.RuntimeInfo;
import java.util.Map;

/** The node's conditions from its machine, with the kubelet's thresholds. Pure. */
final class Pressures {

  private static final long LEAST_MEMORY = 100L << 20;
  private static final int LEAST_DISK_PERCENT = 10;

  private Pressures() {}

  static Map<String, Boolean> of(RuntimeInfo machine, boolean engineUp) {
    boolean memory = machine.memoryFreeBytes() > 0 && machine.memoryFreeBytes() < LEAST_MEMORY;
    boolean disk =
        machine.diskBytes() > 0
            && machine.diskFreeBytes() * 100 / machine.diskBytes() < LEAST_DISK_PERCENT;
    return Map.of("Ready", engineUp, "MemoryPressure", memory, "DiskPressure", disk);
  }
}
