package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Json;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver;
import dev.ballast.planner.solve.global.GlobalSolver.Effort;
import dev.ballast.planner.solve.global.GlobalSolver.Manner;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import dev.ballast.planner.solve.global.GlobalSolver.Progress;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/** A global solve as the benches run it: progress on the way, figures by phase at the end. */
final class GlobalRun {

  private final Problem problem;
  private final ToDoubleFunction<Verdict> figure;
  private final long began = System.nanoTime();
  private final Map<String, Phase> phases = new LinkedHashMap<>();
  private Verdict last;
  private double printed = -10;
  private double firstImprovement = -1;

  private record Phase(double from, double to, double seconds, long moves, long tried) {}

  /**
   * @param figure what a verdict is in the instance's own measure
   */
  GlobalRun(Problem problem, ToDoubleFunction<Verdict> figure) {
    this.problem = problem;
    this.figure = figure;
    this.last = Verdict.of(problem, problem.start());
  }

  Outcome run(int seconds, long seed) {
    return run(seconds, seed, Manner.ANEW);
  }

  Outcome run(int seconds, long seed, Manner manner) {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Outcome outcome =
          new GlobalSolver(System::nanoTime, threads)
              .solve(
                  problem,
                  problem.start(),
                  new Effort(Duration.ofSeconds(seconds), seed, manner),
                  this::show);
      summary(outcome);
      return outcome;
    }
  }

  private void show(Progress now) {
    double before = figure.applyAsDouble(last);
    double after = figure.applyAsDouble(now.verdict());
    if (firstImprovement < 0 && now.verdict().compareTo(last) < 0) {
      firstImprovement = now.seconds();
    }
    Phase so = phases.get(now.phase());
    phases.put(
        now.phase(),
        new Phase(so == null ? before : so.from(), after, now.seconds(), now.moves(), now.tried()));
    last = now.verdict();
    if (now.seconds() - printed >= 5) {
      printed = now.seconds();
      System.out.printf(
          "%7.1f s  %-26s %16.2f  unplaced price %d  broken %d%n",
          now.seconds(), now.phase(), after, last.unplaced(), last.broken());
    }
  }

  private void summary(Outcome outcome) {
    System.out.printf(
        "%n%-26s %16s %16s %10s %14s %14s%n",
        "phase", "from", "to", "until s", "moves", "neighbours");
    phases.forEach(
        (name, phase) ->
            System.out.printf(
                "%-26s %16.2f %16.2f %10.1f %14d %14d%n",
                name, phase.from(), phase.to(), phase.seconds(), phase.moves(), phase.tried()));
    System.out.printf(
        "OptaPlanner judged %.0f moves/s, which priced %.0f neighbours/s%n",
        outcome.moves() / seconds(), outcome.tried() / seconds());
  }

  double seconds() {
    return Math.round((System.nanoTime() - began) / 1e7) / 100.0;
  }

  /** Seconds until the first placement better than the start; -1 for none. */
  double firstImprovement() {
    return firstImprovement;
  }

  ObjectNode json(String bench) {
    return Json.object().put("bench", bench);
  }

  void finish(ObjectNode json, Outcome outcome) {
    json.put("movesPerSecond", Math.round(outcome.moves() / seconds()));
    json.put("neighboursPerSecond", Math.round(outcome.tried() / seconds()));
    json.put("peakMemoryMb", peakMemoryMb()).put("seconds", seconds());
    System.out.printf("peak memory %d MB%n", peakMemoryMb());
    System.out.println(json);
  }

  /** Most that the process ever had in memory; 0 where the system does not tell. */
  static long peakMemoryMb() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return 0; // not Linux
    }
    return 0;
  }

  /** Writes a line for each process, as the instance's own form has it; null leaves one out. */
  static void write(Path out, int count, IntFunction<String> line) throws IOException {
    try (Writer writer = Files.newBufferedWriter(out)) {
      for (int i = 0; i < count; i++) {
        String text = line.apply(i);
        if (text != null) {
          writer.write(text + "\n");
        }
      }
    }
  }
}
