package dev.ballast.testkit.telemetry;

import dev.ballast.core.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Keeps which gauges are shown, and so what they hold, and nothing else. Thread-safe. */
public final class ShownGauges implements Telemetry {

  private final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  /** Name and tags of each. */
  public Set<String> shown() {
    return new TreeSet<>(gauges.keySet());
  }

  @Override
  public void count(String name, double amount, String... tags) {}

  @Override
  public void time(String name, Duration duration, String... tags) {}

  @Override
  public void observe(String name, double value, String... tags) {}

  @Override
  public Registered gauge(String name, DoubleSupplier value, String... tags) {
    String series = name + List.of(tags);
    gauges.put(series, value);
    return () -> gauges.remove(series, value);
  }
}
