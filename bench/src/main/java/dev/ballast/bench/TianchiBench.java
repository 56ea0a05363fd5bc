package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.instance.Tianchi;
import dev.ballast.planner.model.Bounds;
import dev.ballast.planner.model.Part;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Service placement instances of Alibaba's contest of 2018, preliminary round. */
@Command(
    name = "tianchi",
    mixinStandardHelpOptions = true,
    description = "Places the instances of a Tianchi 2018 preliminary instance.")
final class TianchiBench implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "Folder with the four files, plain or .xz.")
  Path folder;

  @Option(names = "--seconds", defaultValue = "600", description = "Default: ${DEFAULT-VALUE}.")
  int seconds;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--out",
      required = true,
      converter = OutFile.class,
      description = "Written: instance,machine.")
  Path out;

  @Override
  public Integer call() throws Exception {
    Tianchi read = Tianchi.read(folder);
    Problem problem = read.problem();
    double unit = read.unit();
    GlobalRun run = new GlobalRun(problem, verdict -> verdict.cost() / unit);
    Outcome outcome = run.run(seconds, seed);
    int[] placement = outcome.placement();
    GlobalRun.write(
        out,
        placement.length,
        i ->
            placement[i] < 0
                ? null
                : read.instances().get(i) + "," + read.machines().get(placement[i]));
    double score = outcome.verdict().cost() / unit;
    double bound = Bounds.curvePrices(Part.placed(problem, placement)) / unit;
    long placed = Arrays.stream(placement).filter(machine -> machine >= 0).count();
    double gap = (score - bound) / Math.max(1, bound);
    System.out.printf(
        "score %.2f on %d machines, bound %.2f, gap %.2f%%, placed %d of %d%n",
        score, outcome.verdict().open(), bound, 100 * gap, placed, placement.length);
    ObjectNode json = run.json("tianchi");
    json.put("placed", placed).put("nodes", outcome.verdict().open());
    json.put("score", Math.round(score * 100) / 100.0);
    json.put("bound", Math.round(bound * 100) / 100.0).put("gap", Math.round(gap * 1e6) / 1e6);
    run.finish(json, outcome);
    return outcome.verdict().broken() == 0 && placed == placement.length ? 0 : 1;
  }
}
