package dev.ballast.api;

import dev.ballast.core.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Keeps what was counted. */
public final class Figures implements Telemetry {
  public final Map<String, DoubleSupplier> gauges = new ConcurrentHashMap<>();
  public final Map<String, Double> counts = new ConcurrentHashMap<>();

  @Override
  public void count(String name, double amount, String... tags) {
    counts.merge(name + List.of(tags), amount, Double::sum);
  }

  @Override
  public void time(String name, Duration duration, String... tags) {}

  @Override
  public void observe(String name, double value, String... tags) {}

  @Override
  public Registered gauge(String name, DoubleSupplier value, String... tags) {
    gauges.put(name, value);
    return () -> gauges.remove(name, value);
  }
}
