package dev.ballast.bench.bind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.Connection;
import dev.ballast.bench.ServerUnderTest;
import dev.ballast.bench.WholeNumber;
import dev.ballast.bench.wire.Wire;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Pods a second from REST create to durable binding, by the server as people start it, in a process
 * of its own, over TLS; and how long one pod takes when nothing else happens. A pod counts when a
 * watch shows it with its node.
 */
@Command(
    name = "bind",
    mixinStandardHelpOptions = true,
    description = "Whole product: pods a second from REST create to durable binding.")
public final class BindBench implements Callable<Integer> {

  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final long QUIET_MILLIS = 10_000;
  private static final int PEER_LOW = 143;
  private static final int PEER_HIGH = 222;

  @Option(names = "--nodes", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
  int nodes;

  @Option(names = "--pods", defaultValue = "10000", description = "Default: ${DEFAULT-VALUE}.")
  int pods;

  @Option(
      names = "--connections",
      defaultValue = "32",
      description = "TLS connections that create pods (default: ${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--single",
      defaultValue = "200",
      description = "Pods created one after the other, for the latency; default: ${DEFAULT-VALUE}.")
  int single;

  @Option(
      names = "--warm-up",
      converter = WholeNumber.OrNone.class,
      paramLabel = "PODS",
      defaultValue = "10000",
      description =
          "Pods created and deleted before, so that the compiler has seen enough: a server decides"
              + " for weeks (default: ${DEFAULT-VALUE}).")
  int warmUp;

  @Option(
      names = "--waiting",
      converter = WholeNumber.OrNone.class,
      defaultValue = "50",
      description =
          "Pods that fit nowhere, in the way of a second measurement of single pods: what advice"
              + " for them costs the others; default: ${DEFAULT-VALUE}.")
  int waiting;

  @Option(
      names = "--agents",
      description =
          "Run an agent for each node inside the server (--simulated-nodes), which also starts"
              + " every pod; else nodes are registered over REST, as in the peer's run.")
  boolean agents;

  @Override
  public Integer call() throws Exception {
    Path data = Files.createTempDirectory("ballast-bench-");
    String inside = Integer.toString(agents ? nodes : 0);
    try (ServerUnderTest server =
        ServerUnderTest.start(data, "--runtime", "simulated", "--simulated-nodes", inside)) {
      cordonOwn(server);
      if (agents) {
        awaitAgents(server);
        return measured(server);
      }
      NodeObjects registered = NodeObjects.register(server.connection(), nodes, connections);
      try {
        System.out.printf("%d nodes registered%n", nodes);
        return measured(server);
      } finally {
        registered.close();
      }
    }
  }

  /** The server's own node is no part of it. */
  private static void cordonOwn(ServerUnderTest server) throws IOException {
    try (Wire wire = new Wire(server.connection())) {
      String own =
          Json.parse(
                  wire.send("GET", "/api/v1/nodes?limit=1", "application/json", new byte[0]).body())
              .at("/items/0/metadata/name")
              .asText();
      byte[] cordon =
          Json.bytes(Json.object().set("spec", Json.object().put("unschedulable", true)));
      wire.send("PATCH", "/api/v1/nodes/" + own, "application/merge-patch+json", cordon);
    }
  }

  private void awaitAgents(ServerUnderTest server) throws IOException, InterruptedException {
    try (Wire wire = new Wire(server.connection())) {
      int ready = 0;
      for (int i = 0; i < 600 && ready < nodes; i++) {
        Thread.sleep(1_000);
        String list = wire.send("GET", "/api/v1/nodes", "application/json", new byte[0]).text();
        ready = list.split("\"type\":\"Ready\"", -1).length - 1;
      }
      System.out.printf("%d nodes with an agent%n", ready);
    }
  }

  private int measured(ServerUnderTest server) throws Exception {
    Connection connection = server.connection();
    try (BoundWatch watch = new BoundWatch(server.api())) {
      long cold = System.nanoTime();
      run(connection, watch, "warm-", warmUp);
      double coldRate = warmUp / ((watch.last() - cold) / 1e9);
      delete(connection);
      int before = watch.count();
      double cpu = server.cpuSeconds();
      long began = System.nanoTime();
      long created = create(connection, "pod-", pods);
      int bound = watch.awaitCount(before + pods, QUIET_MILLIS) - before;
      double seconds = (watch.last() - began) / 1e9;
      cpu = server.cpuSeconds() - cpu;
      List<Double> millis = singles(connection, watch, "one-");
      List<Double> advised = List.of();
      if (waiting > 0) {
        Crowd.run(connection, 1, waiting, (wire, i) -> post(wire, "vast-" + i, "1000"));
        advised = singles(connection, watch, "two-");
      }
      Figures figures =
          new Figures(bound, seconds, (created - began) / 1e9, cpu, coldRate, millis, advised);
      report(server, figures);
      return bound == pods ? 0 : 1;
    }
  }

  private void run(Connection connection, BoundWatch watch, String prefix, int count)
      throws InterruptedException {
    int before = watch.count();
    create(connection, prefix, count);
    watch.awaitCount(before + count, QUIET_MILLIS);
  }

  /** When the last of them was answered. */
  private long create(Connection connection, String prefix, int count) throws InterruptedException {
    Crowd.run(connection, connections, count, (wire, i) -> post(wire, prefix + i, "100m"));
    return System.nanoTime();
  }

  private static void delete(Connection connection) throws IOException, InterruptedException {
    try (Wire wire = new Wire(connection)) {
      wire.send("DELETE", PODS + "?gracePeriodSeconds=0", "application/json", new byte[0]);
    }
    Thread.sleep(5_000); // what ends in the background is over
  }

  private static void post(Wire wire, String name, String cpu) throws IOException {
    Crowd.expect(201, wire.send("POST", PODS, "application/json", pod(name, cpu)));
  }

  private List<Double> singles(Connection connection, BoundWatch watch, String prefix)
      throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    try (Wire wire = new Wire(connection)) {
      Thread.sleep(3_000);
      for (int i = 0; i < single; i++) {
        long began = System.nanoTime();
        post(wire, prefix + i, "100m");
        long seen = watch.await(prefix + i, 10_000);
        millis.add(seen < 0 ? Double.POSITIVE_INFINITY : (seen - began) / 1e6);
        Thread.sleep(20);
      }
    }
    Collections.sort(millis);
    return millis;
  }

  /**
   * What came out.
   *
   * @param creating seconds until the last pod was created
   * @param coldRate pods a second of the warm-up
   * @param singles milliseconds of single pods, sorted
   * @param advised the same while others wait and are advised
   */
  private record Figures(
      int bound,
      double seconds,
      double creating,
      double cpu,
      double coldRate,
      List<Double> singles,
      List<Double> advised) {}

  private void report(ServerUnderTest server, Figures figures) throws IOException {
    double rate = figures.bound() / figures.seconds();
    double p50 = part(figures.singles(), 0.5);
    double p99 = part(figures.singles(), 0.99);
    double advised = part(figures.advised(), 0.99);
    System.out.printf(
        Locale.ROOT,
        "%d of %d pods bound in %.2f s (created in %.2f s): %.0f pods/s; the server had %.2f s on a"
            + " processor; its first %d pods, cold: %.0f pods/s%n"
            + "one pod at a time: p50 %.1f ms, p99 %.1f ms; while %d wait and are advised: p99 %.1f"
            + " ms%npeer (Kubernetes 1.20, recorded): %d to %d pods/s%n",
        figures.bound(),
        pods,
        figures.seconds(),
        figures.creating(),
        rate,
        figures.cpu(),
        warmUp,
        figures.coldRate(),
        p50,
        p99,
        waiting,
        advised,
        PEER_LOW,
        PEER_HIGH);
    ObjectNode json = Json.object().put("bench", "bind").put("nodes", nodes).put("pods", pods);
    json.put("placed", figures.bound()).put("bindingsPerSecond", Math.round(rate));
    json.put("coldBindingsPerSecond", Math.round(figures.coldRate()));
    json.put("seconds", rounded(figures.seconds()));
    json.put("createSeconds", rounded(figures.creating()));
    json.put("p50Ms", rounded(p50)).put("p99Ms", rounded(p99));
    json.put("p99MsWhileAdvising", rounded(advised));
    json.put("serverCpuSeconds", rounded(figures.cpu())).put("agents", agents);
    json.put("peerBindingsPerSecond", PEER_HIGH);
    json.put("peakMemoryMb", Math.round(server.residentMb()));
    System.out.println(json);
  }

  private static double part(List<Double> sorted, double part) {
    return sorted.isEmpty()
        ? 0
        : sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size()));
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static byte[] pod(String name, String cpu) {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name).putObject("labels").put("app", "bench");
    ObjectNode spec = pod.putObject("spec");
    spec.putArray("containers")
        .addObject()
        .put("name", "c")
        .put("image", "registry.k8s.io/pause:3.10")
        .putObject("resources")
        .putObject("requests")
        .put("cpu", cpu)
        .put("memory", "500Mi");
    return Json.bytes(pod);
  }
}
