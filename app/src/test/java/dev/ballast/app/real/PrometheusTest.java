package dev.ballast.app.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a server at work: every query of the dashboards returns figures, and
 * those that should move under load do.
 */
@Tag("clients")
@ExtendWith(SharedServer.Simulated.class)
class PrometheusTest {

  /** Each must be higher after work than before. */
  private static final List<String> GROWING =
      List.of(
          "sum(apiserver_request_total)",
          "sum(ballast_store_commits_total)",
          "ballast_store_revision",
          "sum(scheduler_schedule_attempts_total)",
          "sum(workqueue_adds_total)",
          "sum(kubelet_started_containers_total)");

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private int port;

  @Test
  void everyQueryOfTheDashboardsReturnsFigures(SharedServer.Running running) throws Exception {
    Process prometheus = start(running);
    try {
      await().atMost(30, TimeUnit.SECONDS).until(() -> value("up == 1").isPresent());
      String namespace = running.namespace("prometheus");
      work(running, namespace);
      List<Double> before = growing();
      TreeSet<String> silent = new TreeSet<>(queries());
      assertTrue(silent.size() > 10, "the dashboards hold " + silent.size() + " queries");
      for (int round = 0; round < 6 && !silent.isEmpty(); round++) {
        work(running, namespace);
        silent.removeIf(query -> value(query).isPresent());
      }
      assertEquals(new TreeSet<>(), silent, "queries without any figure");
      await()
          .atMost(20, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                List<Double> after = growing();
                for (int i = 0; i < GROWING.size(); i++) {
                  assertTrue(
                      after.get(i) > before.get(i),
                      GROWING.get(i) + " stays at " + before.get(i) + " under load");
                }
              });
    } finally {
      prometheus.destroy();
      assertTrue(prometheus.waitFor(Duration.ofSeconds(20)));
    }
  }

  private List<Double> growing() {
    return GROWING.stream().map(query -> value(query).orElse(0)).toList();
  }

  private Process start(SharedServer.Running running) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI server = URI.create(running.server().url());
    Path config = directory.resolve("prometheus.yml");
    Files.writeString(
        directory.resolve("token"), running.client().getConfiguration().getAutoOAuthToken());
    Files.copy(running.server().kubeconfig().resolveSibling("ca.crt"), directory.resolve("ca.crt"));
    // The shipped configuration, at this server's address and in a hurry.
    Files.writeString(
        config,
        Files.readString(grafana().resolve("prometheus.yml"))
            .replace("127.0.0.1:6443", server.getAuthority())
            .replace("_interval: 10s", "_interval: 1s"));
    Files.copy(grafana().resolve("alerts.yml"), directory.resolve("alerts.yml"));
    return new ProcessBuilder(
            Tools.path("prometheus").toString(),
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  private static Path grafana() {
    return Path.of("..", "grafana");
  }

  /** A rollout, a job and some hundred small requests, two of them refused. */
  private static void work(SharedServer.Running running, String namespace) {
    Kubectl kubectl = running.kubectl("1.33", namespace);
    kubectl.run("delete", "job", "count", "--ignore-not-found");
    for (String file : List.of("web", "job")) {
      kubectl.runWithInput(Manifest.text("clients/" + file + ".yaml"), "apply", "-f", "-").ok();
    }
    // Not `rollout restart`, which refuses a second one within the same second.
    String turn =
        "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"turn\":\"%d\"}}}}}"
            .formatted(System.nanoTime());
    kubectl.ok("patch", "deployment/web", "--type=merge", "-p", turn);
    var maps = running.client().configMaps().inNamespace(namespace);
    for (int i = 0; i < 30; i++) {
      ConfigMap map =
          new ConfigMapBuilder()
              .withNewMetadata()
              .withGenerateName("load-")
              .endMetadata()
              .addToData("n", Integer.toString(i))
              .build();
      String name = maps.resource(map).create().getMetadata().getName();
      maps.withName(name).get();
      maps.withName(name).delete();
      maps.withName(name).get();
    }
    kubectl.ok("rollout", "status", "deployment/web", "--timeout=60s");
  }

  private static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    try (Stream<Path> dashboards = Files.list(grafana())) {
      for (Path file : dashboards.filter(f -> f.toString().endsWith(".json")).toList()) {
        Json.parse(Files.readAllBytes(file))
            .findValues("expr")
            .forEach(e -> queries.add(e.asText()));
      }
    }
    return queries;
  }

  /** The highest figure that the query returns now; empty when there is none. */
  private OptionalDouble value(String query) {
    URI uri =
        URI.create(
            "http://127.0.0.1:"
                + port
                + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
    try {
      HttpResponse<byte[]> answer =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() == 503) {
        return OptionalDouble.empty(); // it listens before it serves
      }
      JsonNode result = Json.parse(answer.body()).path("data").path("result");
      return StreamSupport.stream(result.spliterator(), false)
          .flatMapToDouble(
              s ->
                  DoubleStream.of(
                      Double.parseDouble(
                          s.path("value").path(1).asText().replace("+Inf", "Infinity"))))
          .filter(number -> !Double.isNaN(number))
          .max();
    } catch (java.net.ConnectException starting) {
      return OptionalDouble.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
