package dev.ballast.planner;

import dev.ballast.control.plan.Profiles;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.planner.PendingQueue.Entry;
import dev.ballast.planner.PendingQueue.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** The planner's figures under the names that kube-scheduler gives them. */
final class SchedulerMetrics {

  private final Telemetry telemetry;
  private final List<Telemetry.Registered> figures = new ArrayList<>();

  SchedulerMetrics(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  void pending(State state, DoubleSupplier count) {
    String queue = state.name().toLowerCase(Locale.ROOT);
    figures.add(telemetry.gauge("scheduler_pending_pods", count, "queue", queue));
  }

  /** Pods that their scheduling gates hold back. */
  void gated(DoubleSupplier count) {
    figures.add(telemetry.gauge("scheduler_pending_pods", count, "queue", "gated"));
  }

  /** What the account of the cluster holds; read at any time, so the counts are of any moment. */
  void cached(String type, DoubleSupplier count) {
    figures.add(telemetry.gauge("scheduler_cache_size", count, "type", type));
  }

  /** The planner is none any more: what its figures were read from is not held for them. */
  void close() {
    figures.forEach(Telemetry.Registered::close);
  }

  /** Pods came into a queue, for that. */
  void incoming(State state, String event, int pods) {
    if (pods > 0) {
      telemetry.count(
          "scheduler_queue_incoming_pods_total",
          pods,
          "queue",
          state.name().toLowerCase(Locale.ROOT),
          "event",
          event);
    }
  }

  /** A batch was planned, not yet bound. */
  void planned(int pods, Duration took) {
    telemetry.observe("ballast_planner_batch_pods", pods);
    telemetry.time("scheduler_scheduling_algorithm_duration_seconds", took);
  }

  void scheduled(List<Entry> pods, Duration took, Now now) {
    attempts("scheduled", pods, took);
    for (Entry entry : pods) {
      telemetry.observe("scheduler_pod_scheduling_attempts", entry.attempts());
      telemetry.time(
          "scheduler_pod_scheduling_sli_duration_seconds",
          now.since(entry.since()),
          "attempts",
          Integer.toString(Math.min(entry.attempts(), 15)));
    }
  }

  void failed(String result, List<Entry> pods, Duration took) {
    attempts(result, pods, took);
  }

  void failedRound() {
    telemetry.count("ballast_planner_failed_rounds_total", 1);
  }

  /** The profile is known by the scheduler's name, as kube-scheduler has it. */
  private void attempts(String result, List<Entry> pods, Duration took) {
    for (Entry entry : pods) {
      String name = entry.pod().schedulerName();
      String profile = name.isEmpty() ? Profiles.DEFAULT : name;
      telemetry.count("scheduler_schedule_attempts_total", 1, "result", result, "profile", profile);
      telemetry.time(
          "scheduler_scheduling_attempt_duration_seconds",
          took,
          "result",
          result,
          "profile",
          profile);
    }
  }
}
