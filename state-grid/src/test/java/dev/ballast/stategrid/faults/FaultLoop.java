package dev.ballast.stategrid.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whole runs from the command line: DIRECTORY FIRST-SEED LAST-SEED SECONDS OPERATIONS NET [FAULT…].
 * Prints a line a seed and goes on after a failure; members' logs stay for seeds that failed and
 * where faults are named. Ends with 1 when any did. Faults that are named are met instead of those
 * that the seed is dealt.
 */
final class FaultLoop {

  private FaultLoop() {}

  public static void main(String[] arguments) throws Exception {
    long last = Long.parseLong(arguments[2]);
    List<Fault> only = Stream.of(arguments).skip(6).map(Fault::valueOf).toList();
    FaultRun.Length length =
        new FaultRun.Length(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]), only);
    boolean allWell = true;
    for (long seed = Long.parseLong(arguments[1]); seed <= last; seed++) {
      Path place = Files.createDirectories(Path.of(arguments[0]).resolve("seed" + seed));
      boolean well = false;
      try {
        FaultReport report = FaultRun.run(seed, length, Integer.parseInt(arguments[5]), place);
        System.out.println(report);
        well = report.wrong().isEmpty();
      } catch (Exception e) {
        System.out.println("seed " + seed + ": FAILED " + e);
      }
      if (well && only.isEmpty()) {
        delete(place);
      }
      allWell &= well;
    }
    System.exit(allWell ? 0 : 1);
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
