package dev.ballast.executor.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * How low an oom_score_adj may be here. Lowering it needs CAP_SYS_RESOURCE; where the machine has
 * taken that from everybody (its bounding set), runc fails to start a container that asks for it.
 */
final class OomScore {

  private static final int LOWEST = -1000;
  private static final int SYS_RESOURCE = 24;

  private OomScore() {}

  static int lowest() {
    try {
      return lowest(
          Files.readString(Path.of("/proc/self/status")),
          Files.readString(Path.of("/proc/self/oom_score_adj")));
    } catch (IOException e) {
      LoggerFactory.getLogger(OomScore.class).debug("not on the engine's machine", e);
      return LOWEST;
    }
  }

  /**
   * @param status of a process as in /proc
   * @param own its oom_score_adj
   */
  static int lowest(String status, String own) {
    return status
        .lines()
        .filter(line -> line.startsWith("CapBnd:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .filter(bounding -> (bounding >> SYS_RESOURCE & 1) == 0)
        .findFirst()
        .map(bounding -> Integer.parseInt(own.strip()))
        .orElse(LOWEST);
  }
}
