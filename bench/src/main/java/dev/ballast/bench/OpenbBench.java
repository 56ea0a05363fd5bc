package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.instance.Openb;
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
  private static final int MOST_ARRIVALS = 10_000_000;

  @Parameters(index = "0", paramLabel = "NODES", description = "CSV of nodes")
  private Path nodesFile;

  @Parameters(index = "1", paramLabel = "PODS", description = "CSV of pods")
  private Path podsFile;

  @Option(names = "--seeds", defaultValue = "10", description = "default: ${DEFAULT-VALUE}")
  private int seeds;

  @Option(
      names = "--out",
      required = true,
      converter = OutFile.class,
      description = "where the placements go, as CSV")
  private Path out;

  @Option(
      names = "--admit",
      defaultValue = "WORTH_ITS_PLACE",
      description =
          "Whose placements --out gets: ${COMPLETION-CANDIDATES}; both are measured. "
              + "default: ${DEFAULT-VALUE}")
  private Admission admit;

  @Spec private CommandSpec spec;

  private record Request(String name, long gpuPermille, ObjectNode document) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    Openb read = Openb.read(nodesFile, podsFile);
    List<Node> machines = read.machines().stream().map(OpenbBench::node).toList();
    List<Request> requests =
        read.requests().stream().map(one -> new Request(one.name(), one.gpu(), pod(one))).toList();
    long offered = 1000 * read.machines().stream().mapToLong(Openb.Machine::gpus).sum();
    checkArrivals(requests, offered);
    long start = System.nanoTime();
    Map<Admission, Double> sums = new EnumMap<>(Admission.class);
    long decisions = 0;
    try (Writer rows = Files.newBufferedWriter(out)) {
      rows.write("seed,order,pod,node,gpus\n");
      for (int seed = 1; seed <= seeds; seed++) {
        List<Request> arrivals = arrivals(requests, offered, new Random(seed));
        decisions += (long) Admission.values().length * arrivals.size();
        console.printf("seed %d: %d arrivals, GPU allocated", seed, arrivals.size());
        for (Admission admission : Admission.values()) {
          Writer its = admission == admit ? rows : Writer.nullWriter();
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

  private void checkArrivals(List<Request> requests, long offered) {
    long asked = requests.stream().mapToLong(Request::gpuPermille).sum();
    if (offered == 0 || asked == 0) {
      throw new ParameterException(spec.commandLine(), "the nodes offer, or the pods ask, no GPU");
    }
    double arrivals = INFLATION * offered / asked * requests.size();
    if (arrivals > MOST_ARRIVALS) {
      throw new ParameterException(
          spec.commandLine(),
          "the pods ask for so little GPU that %.0f of them would have to arrive; at most %d may"
              .formatted(arrivals, MOST_ARRIVALS));
    }
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
      Admission admission, int seed, List<Node> machines, List<Request> arrivals, Writer rows)
      throws IOException {
    ClusterSnapshot snapshot = new ClusterSnapshot();
    PlacementSolver solver = new PlacementSolver(snapshot, admission);
    List<PodView> waiting = new ArrayList<>();
    snapshot.listener(new Following(solver, waiting::add));
    machines.forEach(snapshot::nodeChanged);
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
      rows.write(seed + "," + order + "," + request.name() + "," + where + "," + gpus + "\n");
    }
    return placed;
  }

  private static Node node(Openb.Machine machine) {
    ObjectNode node = Json.object();
    ObjectNode labels = node.putObject("metadata").put("name", machine.name()).putObject("labels");
    ObjectNode allocatable = node.putObject("status").putObject("allocatable");
    allocatable.put("cpu", machine.cpuMillis() + "m");
    allocatable.put("memory", machine.memoryMib() + "Mi");
    allocatable.put("pods", "1000");
    if (machine.gpus() > 0) {
      labels.put(MODEL, machine.model());
      allocatable.put("nvidia.com/gpu", Integer.toString(machine.gpus()));
    }
    return Json.MAPPER.convertValue(node, Node.class);
  }

  private static ObjectNode pod(Openb.Request request) {
    ObjectNode pod = Json.object();
    pod.putObject("metadata")
        .put("namespace", "default")
        .put("creationTimestamp", "2026-01-01T00:00:00Z");
    ObjectNode its = pod.putObject("spec");
    ObjectNode requests =
        its.putArray("containers").addObject().putObject("resources").putObject("requests");
    requests.put("cpu", request.cpuMillis() + "m");
    requests.put("memory", request.memoryMib() + "Mi");
    if (request.gpuMillis() == 1000) {
      requests.put("nvidia.com/gpu", Integer.toString(request.gpus()));
    } else if (request.gpuMillis() > 0) {
      requests.put("koordinator.sh/gpu-core", Integer.toString(request.gpuMillis() / 10));
    }
    if (request.gpuMillis() > 0 && !request.models().isEmpty()) {
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
      Arrays.stream(request.models().split("\\|"))
          .forEach(expression.withArrayProperty("values")::add);
    }
    return pod;
  }
}
