package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.planner.solve.Following;
import dev.ballast.planner.solve.PlacementSolver;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How many placement decisions a second the planner takes: pods are decoded from stored bytes,
 * offered at most 256 at a time, planned, and each result is in the snapshot before the next batch.
 * Nodes and pods are those of kube-scheduler's own benchmark (4 cores, 32 GiB, 110 pods; 100m, 500
 * MiB).
 */
@Command(
    name = "rate",
    description = "Placement decisions per second, snapshot upkeep included.",
    mixinStandardHelpOptions = true)
public final class RateBench implements Callable<Integer> {

  private static final int BATCH = 256;

  private static final ObjectNode SELECTOR =
      Json.object().set("matchLabels", Json.object().put("app", "bench"));

  enum Mode {
    basic(FenzoPeer.Rule.NONE),
    antiaffinity(FenzoPeer.Rule.APART),
    spread(FenzoPeer.Rule.EVEN);

    private final FenzoPeer.Rule ofPeer;

    Mode(FenzoPeer.Rule ofPeer) {
      this.ofPeer = ofPeer;
    }
  }

  @Option(names = "--nodes", defaultValue = "5000", description = "default: ${DEFAULT-VALUE}")
  private int nodes;

  @Option(names = "--pods", defaultValue = "10000", description = "default: ${DEFAULT-VALUE}")
  private int pods;

  @Option(
      names = "--mode",
      defaultValue = "basic",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private Mode mode;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description =
          "Whole runs, each on a fresh cluster; the figure is the median. "
              + "default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--warm-up",
      converter = WholeNumber.OrNone.class,
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Unmeasured rounds before; default: ${DEFAULT-VALUE}")
  private int warmUpSeconds;

  @Option(
      names = "--peer-pods",
      converter = WholeNumber.OrNone.class,
      defaultValue = "1000",
      description =
          "Pods that Fenzo places on the same nodes in the same run; "
              + "default: ${DEFAULT-VALUE}, 0 for not at all.")
  private int peerPods;

  @Option(
      names = "--peer-seconds",
      defaultValue = "10",
      description =
          "Fenzo ends after so long, its figure that of the pods decided by then; "
              + "default: ${DEFAULT-VALUE}.")
  private int peerSeconds;

  private Run cold;

  @Spec private CommandSpec spec;

  /** One run: how long the planner worked (on the clock, and on a processor), what it placed. */
  private record Run(double seconds, int placed, double upkeepSeconds, double cpuSeconds) {
    double rate(int pods) {
      return pods / seconds;
    }
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Document> nodeDocuments = IntStream.range(0, nodes).mapToObj(RateBench::node).toList();
    List<Document> podDocuments = IntStream.range(0, pods).mapToObj(this::pod).toList();
    warmUp(nodeDocuments, podDocuments);
    out.println("round  decisions/s   placed    seconds  of it snapshot upkeep  on a processor");
    List<Run> runs = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      Run run = run(nodeDocuments, podDocuments);
      runs.add(run);
      out.printf(
          Locale.ROOT,
          "%5d %12.0f %8d %10.3f %22.3f %15.3f%n",
          round,
          run.rate(pods),
          run.placed(),
          run.seconds(),
          run.upkeepSeconds(),
          run.cpuSeconds());
      out.flush();
    }
    double[] rates = runs.stream().mapToDouble(run -> run.rate(pods)).sorted().toArray();
    ObjectNode line =
        Json.object()
            .put("bench", "rate")
            .put("mode", mode.name())
            .put("nodes", nodes)
            .put("pods", pods)
            .put("decisionsPerSecond", Math.round(rates[rates.length / 2]))
            .put("coldDecisionsPerSecond", Math.round(cold.rate(pods)))
            .put("placed", runs.getLast().placed())
            .put("seconds", runs.getLast().seconds())
            .put("peakMemoryMb", Memory.peakHeapBytes() >> 20);
    if (peerPods > 0) {
      FenzoPeer.Rate peer =
          FenzoPeer.rate(nodes, Math.min(pods, peerPods), mode.ofPeer, peerSeconds);
      out.printf(
          Locale.ROOT,
          "Fenzo 1.0.1 on the same nodes: %.1f decisions/s over its first %d pods%n",
          peer.perSecond(),
          peer.decisions());
      line.put("fenzoDecisionsPerSecond", Math.round(10 * peer.perSecond()) / 10.0);
      line.put("fenzoPods", peer.decisions());
      line.put("ratioToFenzo", Math.round(10 * rates[rates.length / 2] / peer.perSecond()) / 10.0);
    }
    out.println(line);
    out.flush();
    return 0;
  }

  private static Run run(List<Document> nodes, List<Document> pods) {
    ClusterSnapshot snapshot = new ClusterSnapshot();
    PlacementSolver solver = new PlacementSolver(snapshot);
    List<PodView> waiting = new ArrayList<>();
    snapshot.listener(new Following(solver, waiting::add));
    nodes.forEach(node -> snapshot.nodeChanged(node.as(Node.class)));
    int placed = 0;
    long planning = 0;
    long revision = pods.size() + 1;
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long cpu = thread.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    for (int from = 0; from < pods.size(); from += BATCH) {
      for (Document pod : pods.subList(from, Math.min(pods.size(), from + BATCH))) {
        snapshot.podChanged(pod.key(), pod.as(Pod.class), pod.revision());
      }
      long before = System.nanoTime();
      Plan plan = solver.plan(List.copyOf(waiting), revision);
      planning += System.nanoTime() - before;
      waiting.clear();
      revision++;
      for (Plan.Binding binding : plan.bindings()) {
        snapshot.podBound(binding, revision);
      }
      placed += plan.bindings().size();
    }
    long took = System.nanoTime() - start;
    double processor = (thread.getCurrentThreadCpuTime() - cpu) / 1e9;
    return new Run(took / 1e9, placed, (took - planning) / 1e9, processor);
  }

  /**
   * Until the compiler has seen enough: a server decides for weeks, not for a fifth of a second.
   */
  private void warmUp(List<Document> nodes, List<Document> pods) {
    cold = run(nodes, pods);
    long end = System.nanoTime() + warmUpSeconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      run(nodes, pods);
    }
  }

  private static Document node(int number) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    node.putObject("metadata")
        .put("name", "node-" + number)
        .putObject("labels")
        .put("kubernetes.io/hostname", "node-" + number)
        .put("topology.kubernetes.io/zone", "zone-" + number % 3);
    node.putObject("status")
        .putObject("allocatable")
        .put("cpu", "4")
        .put("memory", "32Gi")
        .put("pods", "110");
    return document(ObjectKey.cluster(ResourceType.NODES, "node-" + number), node);
  }

  private Document pod(int number) {
    String name = "pod-" + number;
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata")
        .put("name", name)
        .put("namespace", "default")
        .put("uid", "uid-" + number)
        .put("creationTimestamp", "2026-01-01T00:00:00Z")
        .putObject("labels")
        .put("app", "bench");
    ObjectNode spec = pod.putObject("spec").put("schedulerName", "default-scheduler");
    switch (mode) {
      case basic -> {}
      case antiaffinity ->
          spec.putObject("affinity")
              .putObject("podAntiAffinity")
              .putArray("requiredDuringSchedulingIgnoredDuringExecution")
              .addObject()
              .put("topologyKey", "kubernetes.io/hostname")
              .set("labelSelector", SELECTOR);
      case spread ->
          spec.putArray("topologySpreadConstraints")
              .addObject()
              .put("maxSkew", 1)
              .put("topologyKey", "topology.kubernetes.io/zone")
              .put("whenUnsatisfiable", "DoNotSchedule")
              .set("labelSelector", SELECTOR);
    }
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", "c").put("image", "registry.k8s.io/pause:3.10");
    container
        .putObject("resources")
        .putObject("requests")
        .put("cpu", "100m")
        .put("memory", "500Mi");
    pod.putObject("status").put("phase", "Pending");
    return document(new ObjectKey(ResourceType.PODS, "default", name), pod);
  }

  private static Document document(ObjectKey key, ObjectNode tree) {
    return new Document(key, 1, Json.stamp(Json.storable(tree), 1));
  }
}
