package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.planner.cluster.Goal;
import dev.ballast.planner.cluster.Terms;
import dev.ballast.planner.cluster.WholeCluster;
import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.model.Verdict;
import dev.ballast.planner.solve.global.GlobalSolver;
import dev.ballast.planner.solve.global.GlobalSolver.Effort;
import dev.ballast.planner.solve.global.GlobalSolver.Manner;
import dev.ballast.planner.solve.global.GlobalSolver.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The background optimiser on a whole cluster, from the planner's own snapshot. */
@Command(
    name = "solve",
    mixinStandardHelpOptions = true,
    description = "Improves the placement of a whole cluster that grew at random.")
final class SolveBench implements Callable<Integer> {

  private static final int[] CPU = {100, 250, 500, 1000};
  private static final int[] MEMORY = {128, 512, 1024, 2048};

  @Option(names = "--nodes", defaultValue = "10000", description = "Default: ${DEFAULT-VALUE}.")
  int nodes;

  @Option(names = "--pods", defaultValue = "100000", description = "Default: ${DEFAULT-VALUE}.")
  int pods;

  @Option(names = "--seconds", defaultValue = "60", description = "Default: ${DEFAULT-VALUE}.")
  int seconds;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--goal",
      defaultValue = "SPREAD",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  Goal goal;

  @Option(
      names = "--fast-path-seconds",
      converter = WholeNumber.OrNone.class,
      defaultValue = "10",
      description =
          "So long the fast path decides alone before, and beside the solver after;"
              + " default: ${DEFAULT-VALUE}; 0 for not at all.")
  int fastPathSeconds;

  @Override
  public Integer call() throws Exception {
    Beside beside = fastPathSeconds > 0 ? beside() : null;
    WholeCluster cluster = WholeCluster.of(snapshot(), Terms.usual(goal));
    GlobalRun run = new GlobalRun(cluster.problem(), verdict -> verdict.cost() / 1e6);
    Verdict before = Verdict.of(cluster.problem(), cluster.problem().start());
    Outcome outcome = run.run(seconds, seed, Manner.FROM_HERE);
    WholeCluster.Migrations migrations = cluster.migrations(outcome.placement());
    System.out.printf(
        "price %.2f -> %.2f nodes' worth, nodes used %d -> %d, by %d migrations in a legal order,"
            + " %d without one; first improvement after %.2f s%n",
        before.cost() / 1e6,
        outcome.verdict().cost() / 1e6,
        before.open(),
        outcome.verdict().open(),
        migrations.migrations().size(),
        migrations.without(),
        run.firstImprovement());
    ObjectNode json = run.json("solve").put("placed", cluster.pods().size());
    json.put("nodes", outcome.verdict().open()).put("score", outcome.verdict().cost() / 1e6);
    json.put("migrations", migrations.migrations().size());
    json.put("firstImprovementSeconds", run.firstImprovement());
    if (beside != null) {
      json.put("fastPathP99MsAlone", beside.alone()).put("fastPathP99MsBeside", beside.with());
      json.put("fastPathRatio", Math.round(100 * beside.with() / beside.alone()) / 100.0);
    }
    run.finish(json, outcome);
    return outcome.verdict().broken() <= before.broken() ? 0 : 1;
  }

  /** The fast path's p99 in milliseconds: with nothing else, and beside the background solver. */
  private record Beside(double alone, double with) {}

  /** As the server runs it: one solver's thread, and the planner's own. */
  private Beside beside() throws Exception {
    Precedence precedence = new Precedence();
    FastPath path = new FastPath(snapshot(), i -> pod(1_000_000 + i, 250, 512, ""), precedence);
    path.run(lasting(fastPathSeconds));
    double alone = p99(path.run(lasting(fastPathSeconds)));
    WholeCluster cluster = WholeCluster.of(snapshot(), Terms.usual(goal));
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      GlobalSolver solver = new GlobalSolver(System::nanoTime, thread, 1, precedence);
      Thread solving =
          Thread.ofPlatform()
              .start(
                  () ->
                      solver.solve(
                          cluster.problem(),
                          cluster.problem().start(),
                          new Effort(Duration.ofHours(1), seed, Manner.FROM_HERE),
                          progress -> {}));
      path.run(lasting(fastPathSeconds)); // what both run is compiled by then
      double with = p99(path.run(lasting(fastPathSeconds)));
      solver.interrupt();
      solving.join();
      System.out.printf(
          "one pod through the fast path, p99: %.3f ms alone, %.3f ms beside the solver%n",
          alone, with);
      return new Beside(alone, with);
    }
  }

  private static double p99(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(one -> one).sorted().toArray();
    return Math.round(sorted[(int) (sorted.length * 0.99)] / 1e3) / 1e3;
  }

  private static BooleanSupplier lasting(int seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    return () -> System.nanoTime() < end;
  }

  /** Pods of sixteen sizes on nodes drawn at random, as far as these have room. */
  private ClusterSnapshot snapshot() {
    ClusterSnapshot snapshot = new ClusterSnapshot();
    for (int i = 0; i < nodes; i++) {
      snapshot.nodeChanged(node(i).as(Node.class));
    }
    Random random = new Random(seed);
    long[] cpuFree = new long[nodes];
    long[] memoryFree = new long[nodes];
    java.util.Arrays.fill(cpuFree, 8_000);
    java.util.Arrays.fill(memoryFree, 16 * 1024);
    for (int i = 0; i < pods; i++) {
      int cpu = CPU[random.nextInt(CPU.length)];
      int memory = MEMORY[random.nextInt(MEMORY.length)];
      int on = random.nextInt(nodes);
      int tries = 0;
      while (tries++ < nodes && (cpuFree[on] < cpu || memoryFree[on] < memory)) {
        on = (on + 1) % nodes;
      }
      if (cpuFree[on] < cpu || memoryFree[on] < memory) {
        continue; // the cluster is full for this size
      }
      cpuFree[on] -= cpu;
      memoryFree[on] -= memory;
      Document pod = pod(i, cpu, memory, "node-" + on);
      snapshot.podChanged(pod.key(), pod.as(Pod.class), pod.revision());
    }
    return snapshot;
  }

  private static Document node(int number) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    node.putObject("metadata").put("name", "node-" + number);
    node.putObject("status")
        .putObject("allocatable")
        .put("cpu", "8")
        .put("memory", "16Gi")
        .put("pods", "110");
    return new Document(
        ObjectKey.cluster(ResourceType.NODES, "node-" + number), 1, Json.bytes(node));
  }

  private static Document pod(int number, int cpu, int memory, String node) {
    String name = "pod-" + number;
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name).put("namespace", "default").put("uid", name);
    ObjectNode spec = pod.putObject("spec");
    if (!node.isEmpty()) {
      spec.put("nodeName", node);
    }
    spec.putArray("containers")
        .addObject()
        .put("name", "main")
        .put("image", "app")
        .putObject("resources")
        .putObject("requests")
        .put("cpu", cpu + "m")
        .put("memory", memory + "Mi");
    return new Document(
        new ObjectKey(ResourceType.PODS, "default", name), number + 2, Json.bytes(pod));
  }
}
