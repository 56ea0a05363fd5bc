package dev.ballast.bench.instance;

import dev.ballast.bench.instance.Source.Form;
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
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** Of CPU and memory, that a machine's and one more instance's millionths are below 2^31. */
  private static final long MOST = 1_000;

  /** Of disk and the other amounts, and of instances in a rule. */
  private static final long MOST_OTHERS = 1_000_000_000;

  private static final int MOST_POINTS = 1_000;

  /** Points of all machines' curves. */
  private static final int MOST_CELLS = 200_000_000;

  private static final Form APPS = form("app,cpu curve,mem curve,disk,P,M,PM");
  private static final Form MACHINES = form("machine,cpu,mem,disk,P,M,PM");
  private static final Form DEPLOYED = form("instance,app,machine");
  private static final Form INTERFERENCE = form("app,app,most");
  private static final double ALPHA = 10;
  private static final double CALM = 0.5;

  public static Tianchi read(Path folder) {
    List<Row> apps = Source.someRows(Source.in(folder, "app_resources.csv"), APPS);
    List<Row> machines = Source.someRows(Source.in(folder, "machine_resources.csv"), MACHINES);
    List<Row> deployed = Source.someRows(Source.in(folder, "instance_deploy.csv"), DEPLOYED);
    Map<String, Integer> appIndex = Source.index(apps);
    Set<String> machineNames = Source.index(machines).keySet();
    Source.index(deployed);
    int points = points(apps, machines);
    Groups groups = groups(folder, appIndex);
    int[] app = new int[deployed.size()];
    for (int i = 0; i < app.length; i++) {
      app[i] = known(appIndex, deployed.get(i), 1);
      checkMachine(machineNames, deployed.get(i));
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

  private static Form form(String columns) {
    return new Form(columns, false, false);
  }

  private static int points(List<Row> apps, List<Row> machines) {
    int points = apps.getFirst().text(1).split("\\|", -1).length;
    if (points > MOST_POINTS) {
      throw apps.getFirst().malformed("at most " + MOST_POINTS + " points in a curve");
    }
    int most = MOST_CELLS / CURVES / points;
    if (machines.size() > most) {
      throw machines.get(most).malformed("at most " + most + " machines");
    }
    return points;
  }

  /** Where an instance was is no part of the problem. */
  private static void checkMachine(Set<String> machines, Row deployed) {
    String machine = deployed.text(2);
    if (!machine.isEmpty() && !machines.contains(machine)) {
      throw deployed.malformed("a machine of machine_resources or none, not \"" + machine + "\"");
    }
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
          curves[(a * CURVES + c) * points + t] =
              (int) row.micros(values[t], MOST, "CPU and memory");
        }
      }
      for (int d = 0; d < SCALARS; d++) {
        demand[a * SCALARS + d] = row.micros(3 + d, MOST_OTHERS, "an amount");
      }
    }
    int[] everywhere = new int[apps.size()];
    Arrays.fill(everywhere, -1);
    return new Shapes(apps.size(), demand, curves, everywhere, List.of());
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
      curveCapacity[m * CURVES] = cpu(row);
      curveCapacity[m * CURVES + 1] = (int) row.micros(2, MOST, "memory");
      for (int d = 0; d < SCALARS; d++) {
        capacity[m * SCALARS + d] = row.micros(3 + d, MOST_OTHERS, "an amount");
      }
      kind[m] = kinds.indexOf(curveCapacity[m * CURVES]);
    }
    return new Machines(
        count, capacity, capacity, curveCapacity, new int[count], new int[count], kind, open);
  }

  private static List<Integer> kinds(List<Row> rows) {
    return rows.stream().map(Tianchi::cpu).distinct().toList();
  }

  /** Its price is that of the share in use, so there must be some. */
  private static int cpu(Row row) {
    int micros = (int) row.micros(1, MOST, "CPU");
    if (micros == 0) {
      throw row.malformed("a machine with CPU, not \"" + row.text(1) + "\"");
    }
    return micros;
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
    for (Row row : Source.rows(Source.in(folder, "app_interference.csv"), INTERFERENCE)) {
      int owner = known(apps, row, 0);
      int other = known(apps, row, 1);
      int most = (int) row.whole(2, MOST_OTHERS, "how many of the second app");
      if (owner == other) {
        free.limit()[owner] = Math.min(free.limit()[owner], most + 1);
      } else {
        rules.get(owner).add(new Rule(other, most));
      }
    }
    return new Groups(apps.size(), free.limit(), free.minLocations(), free.needs(), rules);
  }
}
