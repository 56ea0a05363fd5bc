package dev.ballast.bench.instance;

import dev.ballast.bench.instance.Source.Row;
import dev.ballast.planner.model.Dimensions;
import dev.ballast.planner.model.Groups;
import dev.ballast.planner.model.Groups.Rule;
import dev.ballast.planner.model.LoadPrice;
import dev.ballast.planner.model.Machines;
import dev.ballast.planner.model.Prices;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Processes;
import dev.ballast.planner.model.Shapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads service placement problems in the form of Alibaba's 2018 contest, preliminary round: four
 * files without headers. Amounts are kept in millionths, so nothing is lost of the files' six
 * decimals. Only the final placement is judged, so nothing is where it was.
 *
 * @param unit what a price of 1 in the contest's score is in the problem
 */
public record Tianchi(List<String> instances, List<String> machines, Problem problem, long unit) {

  private static final int SCALARS = 4;
  private static final int CURVES = 2;
  private static final int PRICE = 1_000_000;
  private static final double ALPHA = 10;
  private static final double CALM = 0.5;

  public static Tianchi read(Path folder) {
    List<Row> apps =
        Source.someRows(
            Source.in(folder, "app_resources.csv"), null, 7, "app,cpu curve,mem curve,disk,P,M,PM");
    List<Row> machines =
        Source.someRows(
            Source.in(folder, "machine_resources.csv"), null, 7, "machine,cpu,mem,disk,P,M,PM");
    List<Row> deployed =
        Source.someRows(Source.in(folder, "instance_deploy.csv"), null, 3, "instance,app,machine");
    Map<String, Integer> appIndex = index(apps);
    index(machines);
    index(deployed);
    int points = apps.isEmpty() ? 1 : apps.getFirst().text(1).split("\\|").length;
    Groups groups = groups(folder, appIndex);
    int[] app = new int[deployed.size()];
    for (int i = 0; i < app.length; i++) {
      app[i] = known(appIndex, deployed.get(i), 1);
    }
    long unit = (long) PRICE * points;
    int[] start = new int[app.length];
    Arrays.fill(start, Problem.UNPLACED);
    long[] unplaced = new long[app.length];
    Arrays.fill(unplaced, 20 * unit);
    Problem problem =
        new Problem(
            new Dimensions(SCALARS, new boolean[SCALARS], CURVES, points),
            machines(machines, unit),
            shapes(apps, points),
            new Processes(app.length, app, app, start, new long[app.length], unplaced),
            groups,
            Prices.ofLoads(SCALARS, List.of(cpuPrice(machines))));
    return new Tianchi(
        deployed.stream().map(row -> row.text(0)).toList(),
        machines.stream().map(row -> row.text(0)).toList(),
        problem,
        unit);
  }

  private static Map<String, Integer> index(List<Row> rows) {
    Map<String, Integer> index = new HashMap<>();
    for (Row row : rows) {
      if (index.put(row.text(0), index.size()) != null) {
        throw row.malformed("each name once, but " + row.text(0) + " was there before");
      }
    }
    return index;
  }

  private static int known(Map<String, Integer> index, Row row, int cell) {
    Integer known = index.get(row.text(cell));
    if (known == null) {
      throw row.malformed("an app of app_resources, not \"" + row.text(cell) + "\"");
    }
    return known;
  }

  private static Shapes shapes(List<Row> apps, int points) {
    long[] demand = new long[apps.size() * SCALARS];
    int[] curves = new int[apps.size() * CURVES * points];
    for (int a = 0; a < apps.size(); a++) {
      Row row = apps.get(a);
      for (int c = 0; c < CURVES; c++) {
        String[] values = row.text(1 + c).split("\\|", -1);
        if (values.length != points) {
          throw row.malformed(points + " points in each curve, not " + values.length);
        }
        for (int t = 0; t < points; t++) {
          curves[(a * CURVES + c) * points + t] = amount(row, row.micros(values[t], "a point"));
        }
      }
      for (int d = 0; d < SCALARS; d++) {
        demand[a * SCALARS + d] = row.micros(3 + d, "an amount");
      }
    }
    int[] everywhere = new int[apps.size()];
    Arrays.fill(everywhere, -1);
    return new Shapes(apps.size(), demand, curves, everywhere, List.of());
  }

  private static int amount(Row row, long micros) {
    if (micros > 1_000_000_000) {
      throw row.malformed("CPU and memory of at most 1000");
    }
    return (int) micros;
  }

  private static Machines machines(List<Row> rows, long unit) {
    int count = rows.size();
    long[] capacity = new long[count * SCALARS];
    int[] curveCapacity = new int[count * CURVES];
    long[] open = new long[count];
    Arrays.fill(open, unit);
    List<Integer> kinds = kinds(rows);
    int[] kind = new int[count];
    for (int m = 0; m < count; m++) {
      Row row = rows.get(m);
      curveCapacity[m * CURVES] = amount(row, row.micros(1, "CPU"));
      curveCapacity[m * CURVES + 1] = amount(row, row.micros(2, "memory"));
      for (int d = 0; d < SCALARS; d++) {
        capacity[m * SCALARS + d] = row.micros(3 + d, "an amount");
      }
      kind[m] = kinds.indexOf(curveCapacity[m * CURVES]);
    }
    return new Machines(
        count, capacity, capacity, curveCapacity, new int[count], new int[count], kind, open);
  }

  private static List<Integer> kinds(List<Row> rows) {
    return rows.stream().map(row -> amount(row, row.micros(1, "CPU"))).distinct().toList();
  }

  private static LoadPrice cpuPrice(List<Row> rows) {
    long[] capacities = kinds(rows).stream().mapToLong(Integer::longValue).toArray();
    return LoadPrice.of(
        true, 0, capacities, share -> PRICE * ALPHA * Math.expm1(Math.max(0, share - CALM)));
  }

  private static Groups groups(Path folder, Map<String, Integer> apps) {
    Groups free = Groups.free(apps.size());
    List<List<Rule>> rules = new ArrayList<>();
    for (int a = 0; a < apps.size(); a++) {
      rules.add(new ArrayList<>());
    }
    for (Row row :
        Source.rows(Source.in(folder, "app_interference.csv"), null, 3, "app,app,most")) {
      int owner = known(apps, row, 0);
      int other = known(apps, row, 1);
      int most = row.small(2, "how many of the second app");
      if (owner == other) {
        free.limit()[owner] = Math.min(free.limit()[owner], most + 1);
      } else {
        rules.get(owner).add(new Rule(other, most));
      }
    }
    return new Groups(apps.size(), free.limit(), free.minLocations(), free.needs(), rules);
  }
}
