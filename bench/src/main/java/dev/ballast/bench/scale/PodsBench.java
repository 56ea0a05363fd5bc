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
      lists(wires, population);
      memory(process);
      renewals.pause(true);
      heartbeats(wires, renewals, process);
      renewals.pause(false);
      deliveries(wires, population);
      memory(process);
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

  /**
   * Each node's own request, and how much of the server's processor time and log that takes once
   * the server has run it for a while: heartbeats go on for ever.
   */
  private void heartbeats(Wires wires, Renewals renewals, JvmProcess process) throws Exception {
    renew(renewals, 3 * seconds);
    double idle = process.cpuSeconds();
    Thread.sleep(5000);
    double idleShare = (process.cpuSeconds() - idle) / 5;
    double appendsBefore = metric(wires, APPENDS);
    double before = process.cpuSeconds();
    long began = System.nanoTime();
    int count = renew(renewals, Math.min(seconds, 20));
    double took = secondsSince(began);
    double share = (process.cpuSeconds() - before) / took;
    tell("leasesPerSecond", "node leases renewed a second", count / took);
    tell("leaseCorePercent", "server's processor for that, % of a core", (share - idleShare) * 100);
    tell(
        "leaseDurableWrites",
        "appends to the log meanwhile",
        metric(wires, APPENDS) - appendsBefore);
  }

  private int renew(Renewals renewals, int forSeconds) throws InterruptedException {
    int count = 0;
    Pace pace = new Pace(nodes / 10.0);
    for (long began = System.nanoTime(); secondsSince(began) < forSeconds; ) {
      int node = count++ % nodes;
      pace.run(() -> renewals.renew(node));
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
