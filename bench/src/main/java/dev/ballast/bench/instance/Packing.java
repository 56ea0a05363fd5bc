package dev.ballast.bench.instance;

import dev.ballast.bench.instance.Source.Form;
import dev.ballast.bench.instance.Source.Row;
import dev.ballast.planner.model.Dimensions;
import dev.ballast.planner.model.Groups;
import dev.ballast.planner.model.Objective;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Processes;
import dev.ballast.planner.model.Shapes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Pods to be packed onto nodes: a folder with {@code nodes.csv} and {@code pods.csv}, both {@code
 * name,cpu_m,mem_mi}.
 */
public record Packing(List<String> nodes, List<String> pods, Problem problem) {

  private static final Form FORM = new Form("name,cpu_m,mem_mi", true, false);
  private static final int CPU = 0;
  private static final int MEMORY = 1;

  public static Packing read(Path folder, Objective objective) {
    List<Row> nodes = Source.someRows(Source.in(folder, "nodes.csv"), FORM);
    List<Row> pods = Source.someRows(Source.in(folder, "pods.csv"), FORM);
    int[] everyone = new int[pods.size()];
    Arrays.setAll(everyone, i -> i);
    int[] start = new int[pods.size()];
    Arrays.fill(start, Problem.UNPLACED);
    Problem plain =
        objective.priced(
            Dimensions.scalars(2),
            amounts(nodes),
            Shapes.plain(pods.size(), amounts(pods)),
            new Processes(
                pods.size(),
                everyone,
                new int[pods.size()],
                start,
                new long[pods.size()],
                new long[pods.size()]),
            Groups.free(1));
    return new Packing(
        List.copyOf(Source.index(nodes).keySet()), List.copyOf(Source.index(pods).keySet()), plain);
  }

  private static long[] amounts(List<Row> rows) {
    long[] amounts = new long[rows.size() * 2];
    for (int i = 0; i < rows.size(); i++) {
      amounts[i * 2 + CPU] = rows.get(i).whole(1, Spot.MOST, "millicores");
      amounts[i * 2 + MEMORY] = rows.get(i).whole(2, Spot.MOST, "MiB of memory");
    }
    return amounts;
  }
}
