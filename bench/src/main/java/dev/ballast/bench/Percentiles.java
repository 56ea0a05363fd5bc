package dev.ballast.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Durations of one measure, in milliseconds. */
record Percentiles(double p50, double p95, double max) {

  static Percentiles ofNanos(List<Long> nanos) {
    Histogram histogram = new Histogram(3);
    nanos.forEach(histogram::recordValue);
    return new Percentiles(
        millis(histogram.getValueAtPercentile(50)),
        millis(histogram.getValueAtPercentile(95)),
        millis(histogram.getMaxValue()));
  }

  private static double millis(long nanos) {
    return Math.round(nanos / (double) TimeUnit.MILLISECONDS.toNanos(1) * 10) / 10.0;
  }
}
