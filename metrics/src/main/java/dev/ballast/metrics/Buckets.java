package dev.ballast.metrics;

import java.time.Duration;
import java.util.stream.DoubleStream;

/**
 * The upper bounds of histogram buckets by metric family: those that Kubernetes' components use
 * where the family is theirs, so that people's dashboards and alert rules fit.
 */
final class Buckets {

  private static final Duration[] REQUESTS =
      seconds(0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10, 20, 30, 60);

  private static final Duration[] POD_STARTS =
      seconds(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 10, 20, 30, 60, 120, 300, 600);

  /** 1 ms doubled fourteen times. */
  private static final Duration[] SCHEDULING = seconds(doubled(0.001, 15));

  /** 10 ns times ten, eleven times. */
  private static final Duration[] QUEUES =
      seconds(DoubleStream.iterate(1e-8, bound -> bound * 10).limit(12).toArray());

  /** 100 µs doubled: an fsync takes 0.2 to 1 ms. */
  private static final Duration[] DISK = seconds(doubled(0.0001, 16));

  private static final double[] COUNTS = doubled(1, 12);
  private static final double[] BYTES = DoubleStream.of(1e3, 1e4, 1e5, 1e6, 1e7, 1e8).toArray();

  private Buckets() {}

  static Duration[] durations(String name) {
    if (name.startsWith("workqueue_")) {
      return QUEUES.clone();
    }
    if (name.startsWith("ballast_store_")) {
      return DISK.clone();
    }
    if (name.startsWith("scheduler_") || name.startsWith("ballast_plan")) {
      return SCHEDULING.clone();
    }
    return name.startsWith("kubelet_") ? POD_STARTS.clone() : REQUESTS.clone();
  }

  static double[] sizes(String name) {
    return name.endsWith("_bytes") || name.endsWith("_sizes") ? BYTES.clone() : COUNTS.clone();
  }

  private static double[] doubled(double first, int count) {
    return DoubleStream.iterate(first, bound -> bound * 2).limit(count).toArray();
  }

  private static Duration[] seconds(double... bounds) {
    return DoubleStream.of(bounds)
        .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
        .toArray(Duration[]::new);
  }
}
