package dev.ballast.metrics;

import dev.ballast.core.telemetry.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * Telemetry as Prometheus reads it, under exactly the names given. A meter is looked up once per
 * name and tags and then found in a map, which is what makes it cheap on hot paths. Thread-safe.
 */
public final class PrometheusTelemetry implements Telemetry, AutoCloseable {

  /** Media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** What a gauge shows now; compared by identity, since each registration is one of its own. */
  private record Reading(DoubleSupplier value, Gauge meter) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();
  private final Map<Series, DistributionSummary> sizes = new ConcurrentHashMap<>();
  private final Map<Series, Reading> gauges = new ConcurrentHashMap<>();
  private final ProcessMeters process;

  public PrometheusTelemetry() {
    registry.config().namingConvention(new GivenNames());
    process = new ProcessMeters(registry);
  }

  @Override
  public void count(String name, double amount, String... tags) {
    Series series = new Series(name, tags);
    Counter counter = counters.get(series);
    if (counter == null) {
      counter =
          counters.computeIfAbsent(
              series.copy(), absent -> registry.counter(name, Tags.of(absent.tags())));
    }
    counter.increment(amount);
  }

  @Override
  public void time(String name, Duration duration, String... tags) {
    Series series = new Series(name, tags);
    Timer timer = timers.get(series);
    if (timer == null) {
      timer =
          timers.computeIfAbsent(
              series.copy(),
              absent ->
                  Timer.builder(name)
                      .tags(absent.tags())
                      .serviceLevelObjectives(Buckets.durations(name))
                      .register(registry));
    }
    timer.record(duration);
  }

  @Override
  public void observe(String name, double value, String... tags) {
    Series series = new Series(name, tags);
    DistributionSummary size = sizes.get(series);
    if (size == null) {
      size =
          sizes.computeIfAbsent(
              series.copy(),
              absent ->
                  DistributionSummary.builder(name)
                      .tags(absent.tags())
                      .serviceLevelObjectives(Buckets.sizes(name))
                      .register(registry));
    }
    size.record(value);
  }

  @Override
  public Registered gauge(String name, DoubleSupplier value, String... tags) {
    Series series = new Series(name, tags).copy();
    Reading reading =
        gauges.compute(
            series,
            (key, before) -> new Reading(value, before == null ? meter(series) : before.meter()));
    return () ->
        gauges.computeIfPresent(
            series,
            (key, now) -> {
              if (now != reading) {
                return now; // Somebody else's by now.
              }
              registry.remove(now.meter());
              return null;
            });
  }

  private Gauge meter(Series series) {
    return Gauge.builder(series.name(), () -> read(series)).tags(series.tags()).register(registry);
  }

  private double read(Series series) {
    Reading reading = gauges.get(series);
    return reading == null ? Double.NaN : reading.value().getAsDouble();
  }

  /** Everything, in Prometheus' text format 0.0.4. */
  public String scrape() {
    return registry.scrape(CONTENT_TYPE);
  }

  /** For who brings meters of its own, as the HTTP server may. */
  public MeterRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    process.close();
    registry.close();
  }
}
