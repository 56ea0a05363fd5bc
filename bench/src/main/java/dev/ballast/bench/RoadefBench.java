package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.instance.Roadef;
import dev.ballast.planner.model.Bounds;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Machine reassignment instances of the ROADEF/EURO challenge 2012. */
@Command(
    name = "roadef",
    mixinStandardHelpOptions = true,
    description = "Reassigns the processes of a ROADEF/EURO 2012 instance.")
final class RoadefBench implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model, plain or .xz.")
  Path model;

  @Parameters(index = "1", paramLabel = "INITIAL", description = "The assignment in force.")
  Path initial;

  @Option(names = "--seconds", defaultValue = "300", description = "Default: ${DEFAULT-VALUE}.")
  int seconds;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--out",
      required = true,
      converter = OutFile.class,
      description = "Written: the new assignment.")
  Path out;

  @Override
  public Integer call() throws Exception {
    Problem problem = Roadef.read(model, initial);
    GlobalRun run = new GlobalRun(problem, Verdict::cost);
    Outcome outcome = run.run(seconds, seed);
    Files.writeString(
        out,
        Arrays.stream(outcome.placement())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "))
            + "\n");
    long cost = outcome.verdict().cost();
    long bound = Bounds.prices(problem);
    double gap = (cost - bound) / (double) Math.max(1, bound);
    System.out.printf("cost %d, bound %d, gap %.2f%%%n", cost, bound, 100 * gap);
    ObjectNode json = run.json("roadef");
    json.put("placed", outcome.placement().length).put("nodes", outcome.verdict().open());
    json.put("score", cost).put("bound", bound).put("gap", Math.round(gap * 1e6) / 1e6);
    run.finish(json, outcome);
    return outcome.verdict().broken() == 0 && outcome.verdict().unplaced() == 0 ? 0 : 1;
  }
}
