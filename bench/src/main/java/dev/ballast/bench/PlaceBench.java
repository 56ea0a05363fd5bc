package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.instance.Packing;
import dev.ballast.planner.model.Bounds;
import dev.ballast.planner.model.Objective;
import dev.ballast.planner.model.Part;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Packing instances through the background optimiser. */
@Command(
    name = "place",
    mixinStandardHelpOptions = true,
    description = "Packs the pods of DIR/pods.csv onto the nodes of DIR/nodes.csv.")
final class PlaceBench implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "Folder with nodes.csv and pods.csv.")
  Path folder;

  @Option(
      names = "--objective",
      required = true,
      description = "pods: place most; nodes: use fewest; capacity: use nodes of least CPU.")
  Objective objective;

  @Option(names = "--seconds", defaultValue = "300", description = "Default: ${DEFAULT-VALUE}.")
  int seconds;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--out",
      required = true,
      converter = OutFile.class,
      description = "Written: pod,node.")
  Path out;

  @Override
  public Integer call() throws Exception {
    Packing packing = Packing.read(folder, objective);
    Problem problem = packing.problem();
    GlobalRun run = new GlobalRun(problem, this::figure);
    Outcome outcome = run.run(seconds, seed);
    int[] placement = outcome.placement();
    GlobalRun.write(
        out,
        placement.length,
        pod ->
            placement[pod] < 0
                ? null
                : packing.pods().get(pod) + "," + packing.nodes().get(placement[pod]));
    report(run, problem, outcome);
    return outcome.verdict().broken() == 0 ? 0 : 1;
  }

  /** While it runs: prices in units of one node, or of one pod left out. */
  private double figure(Verdict verdict) {
    return (verdict.unplaced() + verdict.cost()) / (double) Objective.UNIT;
  }

  private void report(GlobalRun run, Problem problem, Outcome outcome) {
    int[] placement = outcome.placement();
    long placed = Arrays.stream(placement).filter(node -> node >= 0).count();
    int nodes = outcome.verdict().open();
    long bought =
        Arrays.stream(placement)
            .filter(node -> node >= 0)
            .distinct()
            .mapToLong(node -> problem.machines().capacity()[node * 2])
            .sum();
    long cpu = placedOf(problem, placement, 0);
    double value =
        switch (objective) {
          case PODS -> placed;
          case NODES -> nodes;
          case CAPACITY -> bought;
        };
    Problem placedAlone = Part.placed(problem, placement);
    double bound =
        switch (objective) {
          case PODS -> Bounds.processes(problem);
          case NODES -> Bounds.machines(placedAlone);
          case CAPACITY -> Bounds.capacity(placedAlone);
        };
    double worse = objective == Objective.PODS ? bound - value : value - bound;
    double gap = worse / Math.max(1, bound);
    System.out.printf(
        "placed %d of %d pods: CPU %.2f%%, memory %.2f%% of all nodes; %d nodes used, their CPU"
            + " %.2f%% filled%n",
        placed,
        placement.length,
        100.0 * cpu / Math.max(1, capacityOf(problem, 0)),
        100.0 * placedOf(problem, placement, 1) / Math.max(1, capacityOf(problem, 1)),
        nodes,
        100.0 * cpu / Math.max(1, bought));
    System.out.printf("figure %.0f, bound %.0f, gap %.2f%%%n", value, bound, 100 * gap);
    ObjectNode json = run.json("place");
    json.put("objective", objective.name().toLowerCase(Locale.ROOT));
    json.put("placed", placed).put("nodes", nodes).put("score", value);
    json.put("bound", bound).put("gap", Math.round(gap * 1e6) / 1e6);
    run.finish(json, outcome);
  }

  private static long placedOf(Problem problem, int[] placement, int scalar) {
    return IntStream.range(0, placement.length)
        .filter(pod -> placement[pod] >= 0)
        .mapToLong(pod -> problem.shapes().demand()[problem.processes().shape()[pod] * 2 + scalar])
        .sum();
  }

  private static long capacityOf(Problem problem, int scalar) {
    return IntStream.range(0, problem.machines().count())
        .mapToLong(node -> problem.machines().capacity()[node * 2 + scalar])
        .sum();
  }
}
