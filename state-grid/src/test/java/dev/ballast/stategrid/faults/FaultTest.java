package dev.ballast.stategrid.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Three members in network namespaces under faults, and what clients and watchers make of it. Needs
 * root, {@code ip} and {@code nft}. {@code -Dballast.faults.seeds=100 -Dballast.faults.seconds=60}
 * for the long run, {@code -Dballast.seed} repeats one.
 */
@ResourceLock("members")
class FaultTest {

  private static final int SEEDS = Integer.getInteger("ballast.faults.seeds", 1);
  private static final int SECONDS = Integer.getInteger("ballast.faults.seconds", 12);
  private static final FaultRun.Length LENGTH =
      SECONDS < 60 ? FaultRun.Length.brief(SECONDS) : FaultRun.Length.whole(SECONDS, 5000);

  @TempDir Path directory;

  @Test
  void nothingAcknowledgedIsLostAndReadsAreNotOld() throws Exception {
    Assumptions.assumeTrue(FaultNet.possible(), "needs root, ip and nft");
    long first = Long.getLong("ballast.seed", 1);
    for (long seed = first; seed < first + SEEDS; seed++) {
      Path place = Files.createDirectories(directory.resolve("seed" + seed));
      FaultReport report = FaultRun.run(seed, LENGTH, net(), place);
      System.out.println(report);
      assertEquals(List.of(), report.wrong(), report.toString());
      assertTrue(report.written() > 0, report.toString());
    }
  }

  /** Several checkouts may test on one machine. */
  static int net() {
    return (int) (ProcessHandle.current().pid() % 100) * 2 + 10;
  }
}
