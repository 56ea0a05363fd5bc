package dev.ballast.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Start of the server, idle memory, and pod starts beside {@code docker run -d}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Start of the server, idle memory, pod starts beside docker run -d.")
final class StartBench implements Callable<Integer> {

  @Option(
      names = "--pods",
      defaultValue = "30",
      description = "Pods started one after another (default: ${DEFAULT-VALUE}).")
  int pods;

  @Option(
      names = "--burst",
      defaultValue = "100",
      description = "Pods submitted at once (default: ${DEFAULT-VALUE}).")
  int burst;

  @Option(
      names = "--rest-ms",
      converter = WholeNumber.OrNone.class,
      defaultValue = "1500",
      description =
          "Rest before each single start, so that both sides begin on a machine at rest; the node"
              + " makes networks ahead then (default: ${DEFAULT-VALUE}, 0 for back to back).")
  int restMillis;

  @Override
  public Integer call() throws Exception {
    Path data = Files.createTempDirectory("ballast-bench-");
    Engine engine = new Engine();
    Set<String> before = Engine.ofPods();
    try (ServerUnderTest server = ServerUnderTest.start(data)) {
      Thread.sleep(10_000);
      double idleMb = server.residentMb();
      ApiClient api = server.api();
      PodWatch watch = new PodWatch(api);
      List<Long> ours = new ArrayList<>();
      List<Long> peers = new ArrayList<>();
      for (int i = -3; i < pods; i++) {
        Thread.sleep(restMillis);
        long pod = startOne(api, watch, "one-" + (i + 3));
        Thread.sleep(restMillis);
        long container = engine.run();
        if (i >= 0) { // the first three warm both up
          ours.add(pod);
          peers.add(container);
        }
      }
      deleteAll(api, watch);
      engine.removeAll();
      double burstSeconds = burst(api, watch);
      deleteAll(api, watch);
      double loopSeconds = loop(engine);
      engine.removeAll();
      report(server, idleMb, ours, peers, burstSeconds, loopSeconds);
      watch.close();
    } finally {
      engine.removeAll();
      Engine.removePodsSince(before);
    }
    return 0;
  }

  private static long startOne(ApiClient api, PodWatch watch, String name) throws Exception {
    long began = System.nanoTime();
    create(api, name);
    return watch.awaitRunning(name) - began;
  }

  private double burst(ApiClient api, PodWatch watch) throws Exception {
    long began = System.nanoTime();
    for (int i = 0; i < burst; i++) {
      create(api, "burst-" + i);
    }
    long last = began;
    for (int i = 0; i < burst; i++) {
      last = Math.max(last, watch.awaitRunning("burst-" + i));
    }
    return seconds(last - began);
  }

  private double loop(Engine engine) {
    long began = System.nanoTime();
    for (int i = 0; i < burst; i++) {
      engine.run();
    }
    return seconds(System.nanoTime() - began);
  }

  private static double seconds(long nanos) {
    return Math.round(nanos / 1e7) / 100.0;
  }

  private static void create(ApiClient api, String name) throws IOException {
    ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name).putObject("labels").put("bench", "start");
    ObjectNode spec = pod.putObject("spec").put("terminationGracePeriodSeconds", 0);
    ObjectNode container = spec.putArray("containers").addObject();
    container.put("name", "main").put("image", Engine.IMAGE).put("imagePullPolicy", "IfNotPresent");
    container.putArray("command").add("/bin/sleep").add("3600");
    Answer answer = api.post("/api/v1/namespaces/default/pods", Json.bytes(pod));
    if (!(answer instanceof Answer.Done)) {
      throw new IOException("the pod was not created: " + answer);
    }
  }

  private static void deleteAll(ApiClient api, PodWatch watch) throws Exception {
    api.send("DELETE", "/api/v1/namespaces/default/pods?labelSelector=bench%3Dstart", new byte[0]);
    watch.awaitNone();
  }

  private void report(
      ServerUnderTest server,
      double idleMb,
      List<Long> ours,
      List<Long> peers,
      double burstSeconds,
      double loopSeconds) {
    Percentiles pod = Percentiles.ofNanos(ours);
    Percentiles container = Percentiles.ofNanos(peers);
    System.out.printf("%-34s %12s %12s %8s%n", "measure", "ballast", "docker run", "ratio");
    row("pod start p50, ms", pod.p50(), container.p50());
    row("pod start p95, ms", pod.p95(), container.p95());
    row(burst + " at once until all run, s", burstSeconds, loopSeconds);
    System.out.printf("%-34s %12.2f%n", "server start to ready, s", server.secondsToReady());
    System.out.printf("%-34s %12.0f%n", "idle resident memory, MB", idleMb);
    ObjectNode json = Json.object().put("bench", "start");
    json.put("podStartP50Ms", pod.p50()).put("podStartP95Ms", pod.p95());
    json.put("dockerRunP50Ms", container.p50()).put("dockerRunP95Ms", container.p95());
    json.put("ratioP50", Math.round(pod.p50() / container.p50() * 100) / 100.0);
    json.put("restMs", restMillis);
    json.put("burstPods", burst).put("burstSeconds", burstSeconds);
    json.put("dockerLoopSeconds", loopSeconds);
    json.put("readySeconds", server.secondsToReady()).put("idleResidentMb", Math.round(idleMb));
    System.out.println(json);
  }

  private static void row(String measure, double ours, double peer) {
    System.out.printf("%-34s %12.1f %12.1f %8.2f%n", measure, ours, peer, ours / peer);
  }
}
