package dev.ballast.planner.optimize;

import dev.ballast.core.model.ObjectMeta;
import dev.ballast.planner.cluster.Goal;
import java.time.Duration;
import java.util.Locale;

/** A {@code ballast.dev/v1} Optimizer, as decisions read it; what is absent has its default. */
record OptimizerView(ObjectMeta metadata, Spec spec) {

  OptimizerView {
    spec = spec == null ? new Spec(null, null, null, null, null, null, null, null, null) : spec;
  }

  enum Mode {
    OFF,
    OBSERVE,
    ACT
  }

  record Spec(
      String mode,
      String goal,
      Integer disruptionPrice,
      Integer intervalSeconds,
      Integer solveSeconds,
      Integer maxMovesAtOnce,
      Integer maxMovesPerMinute,
      Integer minPodAgeSeconds,
      Integer readyTimeoutSeconds) {}

  /** Admission let only these through. */
  Mode mode() {
    return spec.mode() == null ? Mode.OBSERVE : Mode.valueOf(spec.mode().toUpperCase(Locale.ROOT));
  }

  Goal goal() {
    return spec.goal() == null ? Goal.SPREAD : Goal.valueOf(spec.goal().toUpperCase(Locale.ROOT));
  }

  /** In {@link Goal#NODE}s' parts. */
  long disruption() {
    return or(spec.disruptionPrice(), 20) * Goal.NODE / 1_000;
  }

  Duration interval() {
    return seconds(spec.intervalSeconds(), 300);
  }

  Duration solve() {
    return seconds(spec.solveSeconds(), 5);
  }

  int atOnce() {
    return (int) or(spec.maxMovesAtOnce(), 1);
  }

  int perMinute() {
    return (int) or(spec.maxMovesPerMinute(), 2);
  }

  Duration minAge() {
    return seconds(spec.minPodAgeSeconds(), 300);
  }

  Duration readyTimeout() {
    return seconds(spec.readyTimeoutSeconds(), 300);
  }

  private static Duration seconds(Integer value, long usual) {
    return Duration.ofSeconds(or(value, usual));
  }

  private static long or(Integer value, long usual) {
    return value == null ? usual : value;
  }
}
