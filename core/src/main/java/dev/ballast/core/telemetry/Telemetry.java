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

  /**
   * Registers a gauge that is read at scrape time; a second registration replaces the first.
   *
   * @return whoever goes before the process does closes it, or is held and shown for ever
   */
  Registered gauge(String name, DoubleSupplier value, String... tags);

  /** A gauge that is shown until it is closed or replaced. */
  interface Registered extends AutoCloseable {

    /** Shows and holds it no more. What has replaced it, and a second call, are left alone. */
    @Override
    void close();
  }

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
        public Registered gauge(String name, DoubleSupplier value, String... tags) {
          return () -> {};
        }
      };
}
