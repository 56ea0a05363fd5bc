package dev.ballast.planner;

import static dev.ballast.planner.SimulatedCluster.node;
import static dev.ballast.planner.SimulatedCluster.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.telemetry.Telemetry;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** The figures under the names that kube-scheduler's dashboards and alerts ask for. */
class SchedulerMetricsTest {

  /** Sums, and how often was observed. */
  private static final class Figures implements Telemetry {
    private final Map<String, Double> values = new HashMap<>();
    private final Map<String, DoubleSupplier> gauges = new HashMap<>();

    private static String series(String name, String... tags) {
      return tags.length == 0 ? name : name + Arrays.asList(tags);
    }

    @Override
    public void count(String name, double amount, String... tags) {
      values.merge(series(name, tags), amount, Double::sum);
    }

    @Override
    public void time(String name, Duration duration, String... tags) {
      values.merge(series(name, tags), 1.0, Double::sum);
    }

    @Override
    public void observe(String name, double value, String... tags) {
      values.merge(series(name, tags), value, Double::sum);
    }

    @Override
    public Registered gauge(String name, DoubleSupplier value, String... tags) {
      gauges.put(series(name, tags), value);
      return () -> gauges.remove(series(name, tags), value);
    }

    double of(String series) {
      return gauges.containsKey(series)
          ? gauges.get(series).getAsDouble()
          : values.getOrDefault(series, 0.0);
    }
  }

  @Test
  void whatHappenedIsCountedUnderKubernetesNames() {
    Figures figures = new Figures();
    try (SimulatedCluster cluster = new SimulatedCluster(1, figures)) {
      cluster.create(node("n", "2"));
      cluster.create(pod("low", "2"));
      cluster.run(Duration.ofSeconds(1));
      ObjectNode urgent = pod("urgent", "2");
      urgent.withObjectProperty("spec").put("priority", 100);
      cluster.create(urgent);
      cluster.create(pod("vast", "64"));
      ObjectNode held = pod("held", "1");
      held.withObjectProperty("spec").putArray("schedulingGates").addObject().put("name", "x/y");
      cluster.create(held);
      cluster.run(Duration.ofSeconds(1));
      Map<String, Double> expected = new HashMap<>();
      expected.put("scheduler_schedule_attempts_total[result, scheduled, profile, %s]", 2.0);
      expected.put("scheduler_preemption_attempts_total", 1.0);
      expected.put("scheduler_preemption_victims", 1.0);
      expected.put("scheduler_pending_pods[queue, unschedulable]", 1.0);
      expected.put("scheduler_pending_pods[queue, gated]", 1.0);
      String because = "scheduler_unschedulable_pods[plugin, %s, profile, default-scheduler]";
      expected.put(because.formatted("NodeResourcesFit"), 1.0);
      expected.put(because.formatted("SchedulingGates"), 1.0);
      expected.put("scheduler_pod_scheduling_attempts", 3.0);
      expected.put("scheduler_pod_scheduling_sli_duration_seconds[attempts, 1]", 1.0);
      expected.put("scheduler_queue_incoming_pods_total[queue, active, event, PodAdd]", 3.0);
      expected.put("scheduler_cache_size[type, nodes]", 1.0);
      Map<String, Double> counted = new HashMap<>();
      for (String series : expected.keySet()) {
        counted.put(series, figures.of(series.formatted("default-scheduler")));
      }
      assertEquals(expected, counted, () -> new TreeSet<>(figures.values.keySet()).toString());
      cluster.planners.close();
      cluster.run(Duration.ofSeconds(1));
      assertEquals(Set.of(), figures.gauges.keySet(), "another member leads now");
    }
  }

  @Test
  void whoIsHelpedCountsNoLonger() {
    Figures figures = new Figures();
    try (SimulatedCluster cluster = new SimulatedCluster(1, figures)) {
      ObjectNode held = pod("held", "1");
      held.withObjectProperty("spec").putArray("schedulingGates").addObject().put("name", "x/y");
      cluster.create(held);
      ObjectNode tainted = node("n", "2");
      tainted
          .putObject("spec")
          .putArray("taints")
          .addObject()
          .put("key", "k")
          .put("effect", "NoSchedule");
      cluster.create(tainted);
      cluster.create(pod("waits", "1"));
      cluster.run(Duration.ofSeconds(1));
      String because = "scheduler_unschedulable_pods[plugin, %s, profile, default-scheduler]";
      assertEquals(1, figures.of(because.formatted("TaintToleration")));
      assertEquals(1, figures.of(because.formatted("SchedulingGates")));
      cluster.create(node("free", "2"));
      held.withObjectProperty("spec").remove("schedulingGates");
      cluster.replace(held);
      cluster.run(Duration.ofSeconds(20));
      assertEquals(0, figures.of(because.formatted("TaintToleration")));
      assertEquals(0, figures.of(because.formatted("SchedulingGates")));
      assertEquals(0, figures.of("scheduler_pending_pods[queue, gated]"));
      assertEquals(0, figures.of("scheduler_pending_pods[queue, unschedulable]"));
    }
  }
}
