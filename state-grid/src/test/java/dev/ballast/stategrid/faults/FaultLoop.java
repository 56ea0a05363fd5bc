package dev.ballast.stategrid.faults;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The long run from the command line: DIRECTORY FIRST-SEED SEEDS SECONDS NET. Goes on after a
 * failure.
 */
final class FaultLoop {

  private FaultLoop() {}

  public static void main(String[] arguments) throws Exception {
    long first = Long.parseLong(arguments[1]);
    for (long seed = first; seed < first + Integer.parseInt(arguments[2]); seed++) {
      Path place = Files.createDirectories(Path.of(arguments[0]).resolve("seed" + seed));
      try {
        System.out.println(
            FaultRun.run(
                seed, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), place));
      } catch (Exception e) {
        System.out.println("seed " + seed + ": FAILED " + e);
      }
    }
  }
}
