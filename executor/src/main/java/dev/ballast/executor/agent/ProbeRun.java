package dev.ballast.executor.agent;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.time.Timers;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.Probe;
import dev.ballast.executor.pod.Health;
import dev.ballast.executor.pod.ProbeState;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The probes of one running instance: the startup probe alone until it succeeds, then liveness and
 * readiness side by side. Each probe runs as a chain of deferred tasks; {@link #close} ends them.
 */
final class ProbeRun implements AutoCloseable {

  /** Tells an event about the container. */
  interface Teller {
    void tell(EventType type, String reason, String message);
  }

  private final ContainerManifest container;
  private final ContainerState instance;
  private final Supplier<String> address;
  private final Checks checks;
  private final Timers timers;
  private final Teller teller;
  private final Runnable changed;
  private volatile boolean closed;
  private volatile Health health;

  ProbeRun(
      ContainerManifest container,
      ContainerState instance,
      Supplier<String> address,
      Checks checks,
      Timers timers,
      Teller teller,
      Health initial,
      Runnable changed) {
    this.container = container;
    this.instance = instance;
    this.address = address;
    this.checks = checks;
    this.timers = timers;
    this.teller = teller;
    this.changed = changed;
    this.health = initial;
    if (container.startupProbe() != null && !initial.started()) {
      begin(container.startupProbe(), "Startup", this::startup);
    } else {
      afterStart();
    }
  }

  Health health() {
    return health;
  }

  private void afterStart() {
    if (container.livenessProbe() != null) {
      begin(container.livenessProbe(), "Liveness", this::liveness);
    }
    if (container.readinessProbe() != null) {
      begin(container.readinessProbe(), "Readiness", this::readiness);
    }
  }

  private void begin(Probe probe, String kind, BiConsumer<ProbeState, ProbeState> judge) {
    Instant due = instance.startedAt().plusSeconds(probe.initialDelaySeconds());
    Duration wait = Duration.between(timers.now().wall(), due);
    timers.schedule(
        wait.isNegative() ? Duration.ZERO : wait,
        () -> once(probe, kind, ProbeState.INITIAL, judge));
  }

  private void once(
      Probe probe, String kind, ProbeState before, BiConsumer<ProbeState, ProbeState> judge) {
    if (closed) {
      return;
    }
    Checks.Outcome outcome =
        checks.run(
            probe.handler(),
            container,
            instance.id(),
            address.get(),
            Duration.ofSeconds(probe.timeoutSeconds()));
    if (closed) {
      return;
    }
    if (!outcome.success()) {
      teller.tell(EventType.WARNING, "Unhealthy", kind + " probe failed: " + outcome.message());
    }
    ProbeState after = before.next(outcome.success(), probe);
    judge.accept(before, after);
    if (!kind.equals("Startup") || after.result() == ProbeState.Result.UNKNOWN) {
      timers.schedule(
          Duration.ofSeconds(probe.periodSeconds()), () -> once(probe, kind, after, judge));
    }
  }

  private void startup(ProbeState before, ProbeState after) {
    switch (after.result()) {
      case SUCCESS -> {
        set(new Health(true, container.readinessProbe() == null, ""));
        afterStart();
      }
      case FAILURE ->
          set(
              new Health(
                  false,
                  false,
                  "Container " + container.name() + " failed startup probe, will be restarted"));
      case UNKNOWN -> {}
    }
  }

  private synchronized void liveness(ProbeState before, ProbeState after) {
    if (after.result() == ProbeState.Result.FAILURE) {
      set(
          new Health(
              true,
              health.ready(),
              "Container " + container.name() + " failed liveness probe, will be restarted"));
    }
  }

  private synchronized void readiness(ProbeState before, ProbeState after) {
    if (after.result() != ProbeState.Result.UNKNOWN) {
      set(new Health(true, after.result() == ProbeState.Result.SUCCESS, health.failure()));
    }
  }

  private synchronized void set(Health next) {
    if (!next.equals(health)) {
      health = next;
      changed.run();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
