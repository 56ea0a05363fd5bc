package dev.ballast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTelemetryTest {

  private final PrometheusTelemetry telemetry = new PrometheusTelemetry();

  @AfterEach
  void close() {
    telemetry.close();
  }

  private List<String> lines() {
    return telemetry.scrape().lines().toList();
  }

  private void assertLine(String line) {
    assertTrue(lines().contains(line), () -> "no line " + line + " in\n" + telemetry.scrape());
  }

  @Test
  void countersKeepTheirName() {
    telemetry.count("apiserver_request_total", 1, "verb", "GET", "code", "200");
    telemetry.count("apiserver_request_total", 2, "verb", "GET", "code", "200");
    telemetry.count("apiserver_request_total", 1, "verb", "LIST", "code", "200");
    assertLine("# TYPE apiserver_request_total counter");
    assertLine("apiserver_request_total{code=\"200\",verb=\"GET\"} 3.0");
    assertLine("apiserver_request_total{code=\"200\",verb=\"LIST\"} 1.0");
  }

  @Test
  void durationsAreHistogramsInSeconds() {
    telemetry.time("apiserver_request_duration_seconds", Duration.ofMillis(30), "verb", "GET");
    assertLine("# TYPE apiserver_request_duration_seconds histogram");
    assertLine("apiserver_request_duration_seconds_bucket{verb=\"GET\",le=\"0.025\"} 0");
    assertLine("apiserver_request_duration_seconds_bucket{verb=\"GET\",le=\"0.05\"} 1");
    assertLine("apiserver_request_duration_seconds_bucket{verb=\"GET\",le=\"+Inf\"} 1");
    assertLine("apiserver_request_duration_seconds_count{verb=\"GET\"} 1");
    assertLine("apiserver_request_duration_seconds_sum{verb=\"GET\"} 0.03");
  }

  @Test
  void sizesAreHistograms() {
    telemetry.observe("ballast_store_batch_size", 3);
    assertLine("# TYPE ballast_store_batch_size histogram");
    assertLine("ballast_store_batch_size_bucket{le=\"2.0\"} 0");
    assertLine("ballast_store_batch_size_bucket{le=\"4.0\"} 1");
    assertLine("ballast_store_batch_size_sum 3.0");
  }

  @Test
  void gaugesAreReadWhenScrapedAndMayBeReplaced() {
    double[] depth = {1};
    telemetry.gauge("workqueue_depth", () -> depth[0], "name", "job");
    assertLine("# TYPE workqueue_depth gauge");
    assertLine("workqueue_depth{name=\"job\"} 1.0");
    depth[0] = 2;
    assertLine("workqueue_depth{name=\"job\"} 2.0");
    telemetry.gauge("workqueue_depth", () -> 7, "name", "job");
    assertLine("workqueue_depth{name=\"job\"} 7.0");
  }

  @Test
  void gaugesGoWithWhatTheyAreOf() {
    Telemetry.Registered first = telemetry.gauge("kubelet_running_pods", () -> 1, "node", "a");
    Telemetry.Registered second = telemetry.gauge("kubelet_running_pods", () -> 2, "node", "a");
    Telemetry.Registered other = telemetry.gauge("kubelet_running_pods", () -> 3, "node", "b");
    first.close();
    assertLine("kubelet_running_pods{node=\"a\"} 2.0");
    second.close();
    assertTrue(lines().stream().noneMatch(line -> line.contains("node=\"a\"")));
    assertLine("kubelet_running_pods{node=\"b\"} 3.0");
    telemetry.gauge("kubelet_running_pods", () -> 4, "node", "a");
    second.close();
    assertLine("kubelet_running_pods{node=\"a\"} 4.0");
    other.close();
    assertTrue(lines().stream().noneMatch(line -> line.contains("node=\"b\"")));
  }

  @Test
  void theCallersArrayMayBeReused() {
    String[] tags = {"name", "one"};
    telemetry.count("workqueue_adds_total", 1, tags);
    tags[1] = "two";
    telemetry.count("workqueue_adds_total", 1, tags);
    assertLine("workqueue_adds_total{name=\"one\"} 1.0");
    assertLine("workqueue_adds_total{name=\"two\"} 1.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_start_time_seconds",
        "jvm_memory_used_bytes{area=\"heap\"",
        "jvm_threads_live_threads",
        "jvm_classes_loaded_classes",
      })
  void theProcessIsThere(String series) {
    assertTrue(lines().stream().anyMatch(line -> line.startsWith(series)), series);
  }

  @Test
  void everyBucketRowAscends() {
    for (String name :
        List.of("workqueue_x", "ballast_store_x", "scheduler_x", "kubelet_x", "apiserver_x")) {
      Duration[] bounds = Buckets.durations(name);
      for (int i = 1; i < bounds.length; i++) {
        assertTrue(bounds[i - 1].compareTo(bounds[i]) < 0, name + " " + i);
      }
    }
    assertEquals(1e3, Buckets.sizes("apiserver_response_sizes")[0]);
    assertFalse(Buckets.sizes("ballast_store_batch_size")[0] > 1);
  }
}
