package dev.ballast.planner.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.optaplanner.core.config.solver.EnvironmentMode;

/**
 * The long run of the differential fuzz as a program of its own: {@code scripts/fuzz.sh} calls it.
 * Writes a line for every {@value #STEP} seeds and one for each that is wrong, and begins after the
 * seeds that its log has. Every odd seed is large. One thread.
 */
final class FuzzRun {

  private static final int STEP = 100;

  /** One snapshot and solver live through so many clusters, as in {@link DifferentialFuzzTest}. */
  private static final int LIVES = 50;

  private static final Pattern DONE = Pattern.compile("seeds (\\d+)-(\\d+): .*");

  private FuzzRun() {}

  public static void main(String[] words) throws IOException {
    long to = Long.parseLong(words[1]);
    Path log = Path.of(words[2]);
    for (long from = begin(Long.parseLong(words[0]), log); from <= to; from += STEP) {
      run(from, Math.min(to, from + STEP - 1), log);
    }
  }

  private static void run(long from, long to, Path log) throws IOException {
    long began = System.nanoTime();
    long pods = 0;
    int wrong = 0;
    SolvedCluster used = null;
    for (long seed = from; seed <= to; seed++) {
      if (used == null || (seed - from) % LIVES == 0) {
        used = new SolvedCluster(EnvironmentMode.REPRODUCIBLE);
      }
      used.clear();
      FuzzedCluster cluster = new FuzzedCluster(used, seed, seed % 2 == 1);
      Optional<String> found = cluster.live();
      pods += cluster.planned();
      if (found.isPresent()) {
        wrong++;
        used = null;
        write(log, "WRONG " + found.get());
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    write(
        log,
        "seeds %d-%d: %s, %d pods planned, %.1f s"
            .formatted(from, to, wrong == 0 ? "OK" : wrong + " wrong", pods, seconds));
  }

  /** The first seed from there on that the log does not have. */
  private static long begin(long from, Path log) throws IOException {
    long next = from;
    for (String line : Files.exists(log) ? Files.readAllLines(log) : List.<String>of()) {
      Matcher done = DONE.matcher(line);
      if (done.matches() && Long.parseLong(done.group(1)) <= next) {
        next = Math.max(next, Long.parseLong(done.group(2)) + 1);
      }
    }
    return next;
  }

  private static void write(Path log, String line) throws IOException {
    Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.println(line);
  }
}
