package dev.ballast.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.ServerUnderTest;
import dev.ballast.bench.wire.Wire;
import dev.ballast.bench.wire.Wires;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A large cluster in one member: what it takes in memory, how long a restart takes, and how reads,
 * watches and heartbeats do. Set BALLAST_HEAP; a million pods need 5g.
 */
@Command(
    name = "pods",
    mixinStandardHelpOptions = true,
    description = "Memory, restart, lists, watches and heartbeats with a million pods.")
public final class PodsBench implements Callable<Integer> {

  private static final String APPENDS = "ballast_store_log_append_duration_seconds_count";
  private static final String ROW = "{\"cells\":[";
  private static final String CONTINUE = "\"continue\":\"";

  @Option(names = "--nodes", defaultValue = "10000", description = "default: ${DEFAULT-VALUE}")
  private int nodes;

  @Option(names = "--pods", defaultValue = "1000000", description = "default: ${DEFAULT-VALUE}")
  private int pods;

  @Option(
      names = "--namespaces",
      defaultValue = "1000",
      description = "Each has one watcher (default: ${DEFAULT-VALUE}).")
  private int namespaces;

  @Option(
      names = "--changes",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Changes a second, over all watchers (default: ${DEFAULT-VALUE}).")
  private int changes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "How long changes and heartbeats are measured (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where to write: a disk, not tmpfs (default: the current directory).")
  private Path parent;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A data directory to keep; filled if it is empty.")
  private Path kept;

  @Option(names = "--fill-only", description = "Only fill the directory given by --data.")
  private boolean fillOnly;

  @Option(names = "--heartbeats-only", description = "Measure nothing else, but for memory.")
  private boolean heartbeatsOnly;

  @Option(names = "--histogram", description = "Show which classes take the heap.")
  private boolean histogram;

  private final ObjectNode json = Json.object().put("bench", "pods");

  private void tell(String name, String what, double value) {
    System.out.printf("%-58s %12.2f%n", what, value);
    json.put(name, Math.round(value * 100) / 100.0);
  }

  @Override
  public Integer call() throws Exception {
    Path data =
        kept != null ? kept : Files.createTempDirectory(parent.toAbsolutePath(), "pods-bench");
    Population population = new Population(nodes, pods, namespaces, 100, 1);
    json.put("nodes", nodes).put("pods", pods).put("namespaces", namespaces);
    json.put("heap", System.getenv().getOrDefault("BALLAST_HEAP", "1g"));
    Files.createDirectories(data);
    try {
      if (!Files.exists(data.resolve("state.db"))) {
        fill(data, population);
      }
      if (!fillOnly) {
        measure(data, population);
      }
    } finally {
      if (kept == null) {
        delete(data);
      }
    }
    System.out.println(json);
    return 0;
  }

  private void fill(Path data, Population population) {
    long began = System.nanoTime();
    try (ClusterImage image = new ClusterImage(data)) {
      population.fill(image::add);
      tell(
          "documentBytes",
          "bytes of an object's document",
          image.bytes() / (double) image.objects());
    }
    tell("fillSeconds", "writing the cluster's image, s", secondsSince(began));
  }

  private void measure(Path data, Population population) throws Exception {
    ServerUnderTest server =
        ServerUnderTest.on(data, "--runtime", "simulated", "--node-name", "here");
    try (server;
        Wires wires = new Wires(server.connection());
        Renewals renewals = new Renewals(wires, nodes)) {
      JvmProcess process = new JvmProcess(server.pid());
      tell("readySeconds", "restart to ready, s", server.secondsToReady());
      renewals.begin();
      tell("settledSeconds", "until controllers and planner are at rest, s", settle(process));
      memory(process);
      if (!heartbeatsOnly) {
        lists(wires, population);
        memory(process);
      }
      renewals.pause(true);
      double idle = share(process, 5, () -> {});
      tell("idleCorePercent", "server's processor before heartbeats, % of a core", idle * 100);
      puts(wires, renewals, process, idle);
      renewals.pause(false);
      try (NodeTunnels tunnels = dial(server, wires, process)) {
        renewals.over(tunnels);
        words(wires, renewals, tunnels, process, idle);
        if (!heartbeatsOnly) {
          deliveries(wires, population);
        }
        memory(process);
      }
      tell("residentMb", "resident memory, MB", process.residentMb());
      if (histogram) {
        System.out.println(process.histogram(45));
      }
    }
  }

  /** Until it takes less than a fifth of a core for three seconds. */
  private static double settle(JvmProcess process) throws IOException, InterruptedException {
    long began = System.nanoTime();
    long quiet = began;
    double before = process.cpuSeconds();
    while (System.nanoTime() - quiet < 3e9 && System.nanoTime() - began < 300e9) {
      Thread.sleep(500);
      double now = process.cpuSeconds();
      if (now - before > 0.1) {
        quiet = System.nanoTime();
      }
      before = now;
    }
    return (quiet - began) / 1e9;
  }

  private void memory(JvmProcess process) throws IOException {
    long bytes = process.heapBytesAfterCollection();
    tell("heapMbAfterCollection", "heap after a full collection, MB", bytes / 1e6);
    tell("heapBytesPerPod", "heap per pod, bytes", bytes / (double) pods);
  }

  private void lists(Wires wires, Population population) throws Exception {
    Histogram page = new Histogram(3);
    for (int i = 0; i < 60; i++) {
      long began = System.nanoTime();
      wires.get("/api/v1/pods?limit=500", Wire.TABLE);
      if (i >= 10) {
        page.recordValue(System.nanoTime() - began);
      }
    }
    tell("tablePageP50Ms", "page of 500 as Table, p50 ms", page.getValueAtPercentile(50) / 1e6);
    tell("tablePageP99Ms", "page of 500 as Table, p99 ms", page.getValueAtPercentile(99) / 1e6);
    List<Double> firstAndSecond = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      firstAndSecond.add(traverse(wires));
    }
    tell("traversalColdSeconds", "whole traversal in pages of 500, s", firstAndSecond.get(0));
    tell("traversalSeconds", "the same again, s", firstAndSecond.get(1));
    Histogram byNode = new Histogram(3);
    Histogram byLabel = new Histogram(3);
    for (int i = 0; i < 120; i++) {
      String node = Population.node(i * 37 % nodes);
      String app = Population.app(i * 53 % population.sets());
      timed(wires, "/api/v1/pods?fieldSelector=" + encoded("spec.nodeName=" + node), byNode, i);
      timed(wires, "/api/v1/pods?labelSelector=" + encoded("app=" + app), byLabel, i);
    }
    tell("byNodeP50Ms", "list of a node's pods, p50 ms", byNode.getValueAtPercentile(50) / 1e6);
    tell("byNodeP99Ms", "list of a node's pods, p99 ms", byNode.getValueAtPercentile(99) / 1e6);
    tell("byLabelP50Ms", "list by label (100), p50 ms", byLabel.getValueAtPercentile(50) / 1e6);
    tell("byLabelP99Ms", "list by label (100), p99 ms", byLabel.getValueAtPercentile(99) / 1e6);
  }

  private void timed(Wires wires, String path, Histogram into, int turn) throws Exception {
    long began = System.nanoTime();
    byte[] body = wires.get(path, "application/json");
    if (turn >= 20) {
      into.recordValue(System.nanoTime() - began);
    } else if (turn == 0) {
      int found = Json.parse(body).path("items").size();
      System.out.printf("%-58s %12d%n", "found by " + path.replaceAll(".*\\?", ""), found);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Looks for what it needs in the text: parsing would cost more than the server's work. */
  private double traverse(Wires wires) throws Exception {
    long began = System.nanoTime();
    long rows = 0;
    String token = "";
    do {
      String path = "/api/v1/pods?limit=500" + (token.isEmpty() ? "" : "&continue=" + token);
      String page = new String(wires.get(path, Wire.TABLE), StandardCharsets.ISO_8859_1);
      for (int at = page.indexOf(ROW); at >= 0; at = page.indexOf(ROW, at + 1)) {
        rows++;
      }
      int at = page.indexOf(CONTINUE);
      int from = at + CONTINUE.length();
      token = at < 0 ? "" : page.substring(from, page.indexOf('"', from));
    } while (!token.isEmpty());
    if (rows != pods) {
      throw new IllegalStateException("the traversal showed " + rows + " pods of " + pods);
    }
    return secondsSince(began);
  }

  /** What one node does to renew its lease. */
  private interface Renewal {
    void of(int node) throws Exception;
  }

  /** Each node's own request, once the server has run it for a while: heartbeats go on for ever. */
  private void puts(Wires wires, Renewals renewals, JvmProcess process, double idle)
      throws Exception {
    renew(renewals::renew, 3 * seconds);
    measure("leasePut", "leases renewed, each by its PUT", wires, process, idle, renewals::renew);
  }

  private NodeTunnels dial(ServerUnderTest server, Wires wires, JvmProcess process)
      throws Exception {
    double before = process.residentMb();
    long began = System.nanoTime();
    NodeTunnels tunnels = NodeTunnels.open(server.connection(), wires, nodes);
    tell("tunnels", "nodes' tunnels, each a TLS connection", tunnels.standing());
    tell("tunnelsOpenSeconds", "until they stand, s", secondsSince(began));
    tell("tunnelsResidentMb", "resident memory they added, MB", process.residentMb() - before);
    return tunnels;
  }

  /** The way of agents: over their tunnels, whose upkeep counts too. */
  private void words(
      Wires wires, Renewals renewals, NodeTunnels tunnels, JvmProcess process, double idle)
      throws Exception {
    renewals.pause(true);
    renew(tunnels::renew, 3 * seconds);
    Thread.sleep(1000);
    int renewed = tunnels.renewed();
    measure("leaseTunnel", "leases renewed over tunnels", wires, process, idle, tunnels::renew);
    Thread.sleep(1000);
    tell("leaseTunnelAnswered", "of those renewed and answered", tunnels.renewed() - renewed);
    tell("leaseTunnelRefused", "refused, in all", tunnels.refused());
    renewals.pause(false);
  }

  private void measure(
      String name, String what, Wires wires, JvmProcess process, double idle, Renewal renewal)
      throws Exception {
    double appends = metric(wires, APPENDS);
    int[] count = {0};
    int most = Math.min(seconds, 20);
    double share = share(process, most, () -> count[0] = renew(renewal, most));
    tell(name + "sPerSecond", what + " a second", count[0] / (double) most);
    tell(name + "CorePercent", "server's processor for that, % of a core", (share - idle) * 100);
    double micros = (share - idle) * 1e6 * most / count[0];
    tell(name + "Micros", "the same for each, microseconds", micros);
    tell(name + "DurableWrites", "appends to the log meanwhile", metric(wires, APPENDS) - appends);
  }

  private interface Phase {
    void run() throws Exception;
  }

  /** Of a core, from the begin to the end of a phase and to the end of its time at least. */
  private static double share(JvmProcess process, int forSeconds, Phase phase) throws Exception {
    double before = process.cpuSeconds();
    long began = System.nanoTime();
    phase.run();
    Thread.sleep(Math.max(0, Math.round(1000 * (forSeconds - secondsSince(began)))));
    return (process.cpuSeconds() - before) / secondsSince(began);
  }

  private int renew(Renewal renewal, int forSeconds) throws InterruptedException {
    int count = 0;
    Pace pace = new Pace(nodes / 10.0);
    for (long began = System.nanoTime(); secondsSince(began) < forSeconds; ) {
      int node = count++ % nodes;
      pace.run(() -> renewal.of(node));
    }
    pace.await();
    return count;
  }

  private static double metric(Wires wires, String name) throws Exception {
    String text = new String(wires.get("/metrics", "text/plain"), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private void deliveries(Wires wires, Population population) throws Exception {
    List<String> names = new ArrayList<>();
    String revision = "";
    for (int i = 0; i < namespaces; i++) {
      String namespace = Population.namespace(i);
      JsonNode page =
          Json.parse(
              wires.get("/api/v1/namespaces/" + namespace + "/pods?limit=20", "application/json"));
      revision = page.at("/metadata/resourceVersion").asText();
      page.path("items")
          .forEach(pod -> names.add(namespace + "/pods/" + pod.at("/metadata/name").asText()));
    }
    Deliveries deliveries =
        new Deliveries(wires, population, random -> names.get(random.nextInt(names.size())))
            .from(revision);
    deliveries.watch();
    deliveries.change(Math.max(1, changes / 4), 5);
    deliveries.change(changes, 10);
    Thread.sleep(1000);
    deliveries.forget();
    deliveries.change(changes, seconds);
    Thread.sleep(2000);
    deliveries.end();
    tell("watchers", "watchers", namespaces);
    tell("changes", "changes made", (double) changes * seconds);
    tell("delivered", "delivered", deliveries.delivered());
    tell("failed", "requests or watches failed", deliveries.failed());
    tell("answeredP99Ms", "change answered, p99 ms", deliveries.answeredMillis(99));
    tell("deliveredP50Ms", "change delivered, p50 ms", deliveries.deliveredMillis(50));
    tell("deliveredP99Ms", "change delivered, p99 ms", deliveries.deliveredMillis(99));
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
