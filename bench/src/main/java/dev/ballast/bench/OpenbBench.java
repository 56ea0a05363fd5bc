package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.instance.MalformedInstance;
import dev.ballast.bench.instance.Source;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.planner.solve.Following;
import dev.ballast.planner.solve.PlacementSolver;
import dev.ballast.planner.solve.PlacementSolver.Admission;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * GPU sharing on a public trace's nodes and pods: arrivals ask for 1.3 times the GPUs there are,
 * one at a time, and stay. Every pod goes through the product's own snapshot and planner, as a pod
 * that asks for {@code nvidia.com/gpu} or {@code koordinator.sh/gpu-core}.
 */
@Command(
    name = "openb",
    description = "GPUs allocated when arrivals ask for 130%% of them.",
    mixinStandardHelpOptions = true)
public final class OpenbBench implements Callable<Integer> {

  private static final String MODEL = "nvidia.com/gpu.product";
  private static final double INFLATION = 1.3;

  @Parameters(index = "0", paramLabel = "NODES", description = "CSV of nodes")
  private Path nodesFile;

  @Parameters(index = "1", paramLabel = "PODS", description = "CSV of pods")
  private Path podsFile;

  @Option(names = "--seeds", defaultValue = "10", description = "default: ${DEFAULT-VALUE}")
  private int seeds;

  @Option(names = "--out", required = true, description = "where the placements go, as CSV")
  private Path out;

  @Option(
      names = "--admit",
      defaultValue = "WORTH_ITS_PLACE",
      description =
          "Whose placements --out gets: ${COMPLETION-CANDIDATES}; both are measured. "
              + "default: ${DEFAULT-VALUE}")
  private Admission admit;

  @Spec private CommandSpec spec;

  private record Machine(String name, long gpus, Node node) {}

  private record Request(String name, long gpuPermille, ObjectNode document) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    List<Machine> machines = new ArrayList<>();
    read(nodesFile, "sn,cpu_milli,memory_mib,gpu,model", row -> machines.add(machine(row)));
    List<Request> requests = new ArrayList<>();
    read(
        podsFile,
        "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec",
        row -> requests.add(request(row)));
    long offered = 1000 * machines.stream().mapToLong(Machine::gpus).sum();
    if (offered == 0 || requests.stream().mapToLong(Request::gpuPermille).sum() == 0) {
      throw new ParameterException(spec.commandLine(), "the nodes offer, or the pods ask, no GPU");
    }
    long start = System.nanoTime();
    Map<Admission, Double> sums = new EnumMap<>(Admission.class);
    long decisions = 0;
    try (PrintWriter rows = new PrintWriter(Files.newBufferedWriter(out))) {
      rows.println("seed,order,pod,node,gpus");
      for (int seed = 1; seed <= seeds; seed++) {
        List<Request> arrivals = arrivals(requests, offered, new Random(seed));
        decisions += (long) Admission.values().length * arrivals.size();
        console.printf("seed %d: %d arrivals, GPU allocated", seed, arrivals.size());
        for (Admission admission : Admission.values()) {
          PrintWriter its = admission == admit ? rows : new PrintWriter(Writer.nullWriter());
          double share = 100.0 * run(admission, seed, machines, arrivals, its) / offered;
          sums.merge(admission, share, Double::sum);
          console.printf(Locale.ROOT, " %.2f%% (%s)", share, admission);
        }
        console.println();
        console.flush();
      }
    }
    double sum = sums.get(admit);
    double sumOfAll = sums.get(Admission.ALL);
    double seconds = (System.nanoTime() - start) / 1e9;
    sums.forEach(
        (admission, its) ->
            console.printf(
                Locale.ROOT,
                "mean of %d seeds: %.2f%% (%s; FGD, which places every pod that fits, 95.39%%)%n",
                seeds,
                its / seeds,
                admission));
    console.printf(
        Locale.ROOT,
        "figure %.2f%%, bound 100.00%%, gap %.2f%%, peak memory %d MB%n",
        sum / seeds,
        100 - sum / seeds,
        Memory.peakHeapBytes() >> 20);
    console.println(
        Json.object()
            .put("bench", "openb")
            .put("gpuAllocatedPercent", Math.round(100 * sum / seeds) / 100.0)
            .put("admit", admit.name())
            .put("placingAllGpuAllocatedPercent", Math.round(100 * sumOfAll / seeds) / 100.0)
            .put("bound", 100.0)
            .put("gap", Math.round(100 * (100 - sum / seeds)) / 100.0)
            .put("decisionsPerSecond", Math.round(decisions / seconds))
            .put("peakMemoryMb", Memory.peakHeapBytes() >> 20)
            .put("seconds", seconds));
    console.flush();
    return 0;
  }

  /** Every pod once, then copies until enough is asked for, all shuffled. */
  private static List<Request> arrivals(List<Request> requests, long offered, Random random) {
    List<Request> arrivals = new ArrayList<>(requests);
    long asked = arrivals.stream().mapToLong(Request::gpuPermille).sum();
    while (asked < INFLATION * offered) {
      Request copy = requests.get(random.nextInt(requests.size()));
      arrivals.add(copy);
      asked += copy.gpuPermille();
    }
    Collections.shuffle(arrivals, random);
    return arrivals;
  }

  /** Returns the GPU placed, in thousandths of a device. */
  private static long run(
      Admission admission,
      int seed,
      List<Machine> machines,
      List<Request> arrivals,
      PrintWriter rows) {
    ClusterSnapshot snapshot = new ClusterSnapshot();
    PlacementSolver solver = new PlacementSolver(snapshot, admission);
    List<PodView> waiting = new ArrayList<>();
    snapshot.listener(new Following(solver, waiting::add));
    machines.forEach(machine -> snapshot.nodeChanged(machine.node()));
    long placed = 0;
    for (int order = 0; order < arrivals.size(); order++) {
      Request request = arrivals.get(order);
      ObjectNode document = request.document();
      String name = "pod-" + order;
      document.withObjectProperty("metadata").put("name", name).put("uid", name);
      ObjectKey key = new ObjectKey(ResourceType.PODS, "default", name);
      snapshot.podChanged(key, Json.MAPPER.convertValue(document, Pod.class), 2L * order + 1);
      Plan plan = solver.plan(List.copyOf(waiting), 2L * order + 1);
      waiting.clear();
      String where = "";
      String gpus = "";
      for (Plan.Binding binding : plan.bindings()) {
        snapshot.podBound(binding, 2L * order + 2);
        where = binding.node();
        gpus = binding.devices().stream().map(String::valueOf).collect(Collectors.joining("|"));
        placed += request.gpuPermille();
      }
      if (plan.bindings().isEmpty()) {
        snapshot.podRemoved(key);
      }
      rows.println(seed + "," + order + "," + request.name() + "," + where + "," + gpus);
    }
    return placed;
  }

  private Machine machine(String[] row) {
    long gpus = Long.parseLong(row[3]);
    ObjectNode node = Json.object();
    ObjectNode labels = node.putObject("metadata").put("name", row[0]).putObject("labels");
    if (gpus > 0) {
      labels.put(MODEL, row[4]);
    }
    ObjectNode allocatable = node.putObject("status").putObject("allocatable");
    allocatable.put("cpu", Long.parseLong(row[1]) + "m");
    allocatable.put("memory", Long.parseLong(row[2]) + "Mi");
    allocatable.put("pods", "1000");
    if (gpus > 0) {
      allocatable.put("nvidia.com/gpu", Long.toString(gpus));
    }
    return new Machine(row[0], gpus, Json.MAPPER.convertValue(node, Node.class));
  }

  private Request request(String[] row) {
    long devices = Long.parseLong(row[3]);
    long milli = devices == 0 ? 0 : Long.parseLong(row[4]);
    ObjectNode pod = Json.object();
    pod.putObject("metadata")
        .put("namespace", "default")
        .put("creationTimestamp", "2026-01-01T00:00:00Z");
    ObjectNode its = pod.putObject("spec");
    ObjectNode requests =
        its.putArray("containers").addObject().putObject("resources").putObject("requests");
    requests.put("cpu", Long.parseLong(row[1]) + "m");
    requests.put("memory", Long.parseLong(row[2]) + "Mi");
    if (milli == 1000) {
      requests.put("nvidia.com/gpu", Long.toString(devices));
    } else if (milli > 0) {
      if (devices != 1 || milli % 10 != 0) {
        throw new IllegalArgumentException(
            "a share is of one GPU and in whole hundredths, not " + devices + " x " + milli);
      }
      requests.put("koordinator.sh/gpu-core", Long.toString(milli / 10));
    }
    if (milli > 0 && !row[5].isEmpty()) {
      ObjectNode expression =
          its.putObject("affinity")
              .putObject("nodeAffinity")
              .putObject("requiredDuringSchedulingIgnoredDuringExecution")
              .putArray("nodeSelectorTerms")
              .addObject()
              .putArray("matchExpressions")
              .addObject()
              .put("key", MODEL)
              .put("operator", "In");
      Arrays.stream(row[5].split("\\|")).forEach(expression.withArrayProperty("values")::add);
    }
    return new Request(row[0], devices * milli, pod);
  }

  private interface Row {
    void take(String[] fields);
  }

  private void read(Path file, String header, Row row) {
    List<String> lines;
    try {
      lines = Source.lines(file);
    } catch (MalformedInstance e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    int columns = header.split(",").length;
    if (lines.isEmpty() || !lines.getFirst().startsWith(header)) {
      throw malformed(file, 1, "the header " + header);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] fields = lines.get(i).split(",", -1);
      if (fields.length < columns) {
        throw malformed(file, i + 1, columns + " columns");
      }
      try {
        row.take(fields);
      } catch (IllegalArgumentException e) {
        throw malformed(file, i + 1, "whole numbers and shares (" + e.getMessage() + ")");
      }
    }
  }

  private ParameterException malformed(Path file, int line, String expected) {
    return new ParameterException(
        spec.commandLine(), file + ", line " + line + ": expected " + expected);
  }
}
