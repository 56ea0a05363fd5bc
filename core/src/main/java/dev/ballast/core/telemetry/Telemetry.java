package dev.ballast.core.telemetry;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Where figures go. Names are Prometheus names without the unit suffix rules of any library ({@code
 * workqueue_depth}, {@code apiserver_request_duration_seconds}); tags are alternating keys and
 * values. Thread-safe and cheap enough for hot paths.
 */
public interface Telemetry {

  /** Adds to a counter ({@code name} ends in {@code _total}). */
  void count(String name, double amount, String... tags);

  /** Records a duration in a histogram ({@code name} ends in {@code _seconds}). */
  void time(String name, Duration duration, String... tags);

  /** Records a size in a histogram. */
  void observe(String name, double value, String... tags);

  /** Registers a gauge that is read at scrape time; a second registration replaces the first. */
  void gauge(String name, DoubleSupplier value, String... tags);

  /** Swallows everything: for tests and small tools. */
  Telemetry NONE =
      new Telemetry() {
        @Override
        public void count(String name, double amount, String... tags) {}

        @Override
        public void time(String name, Duration duration, String... tags) {}

        @Override
        public void observe(String name, double value, String... tags) {}

        @Override
        public void gauge(String name, DoubleSupplier value, String... tags) {}
      };
}
