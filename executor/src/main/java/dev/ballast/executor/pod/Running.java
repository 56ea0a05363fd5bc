package dev.ballast.executor.pod;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import java.time.Duration;
import java.util.Optional;

/**
 * What a pod that should run needs next: a sandbox, then its init containers one after the other
 * (sidecars stay), then its containers all at once. Lives within one decision.
 */
final class Running {

  /** How soon to try again what could not be made. */
  static final Duration RETRY = Duration.ofSeconds(5);

  private final PodSnapshot snapshot;
  private final PodManifest pod;
  private final PodView view;
  private final PlanBuilder plan;
  private final Starting starting;

  Running(PodSnapshot snapshot, PodView view, Now now, PlanBuilder plan) {
    this.snapshot = snapshot;
    this.pod = snapshot.pod();
    this.view = view;
    this.plan = plan;
    this.starting = new Starting(snapshot, now, plan);
  }

  void decide() {
    if (isOver()) {
      stopSidecars();
      return;
    }
    if (view.runningSandbox().isEmpty()) {
      newSandbox();
      return;
    }
    tidy();
    if (initialise()) {
      keepAllRunning();
    }
  }

  /** In their order: the next one starts when the postStart hook of the one before has ended. */
  private void keepAllRunning() {
    for (ContainerManifest container : pod.spec().containers()) {
      keepRunning(container);
      boolean hooking = view.current(container.name()).filter(snapshot::isHooking).isPresent();
      boolean hasHook = container.lifecycle().postStart() != null;
      if (hooking || hasHook && plan.starts(container)) {
        return;
      }
    }
  }

  /** All containers have ended and none runs again, or an init container has failed for good. */
  private boolean isOver() {
    boolean initFailed =
        pod.spec().initContainers().stream()
            .filter(c -> !c.restartsAlways())
            .anyMatch(c -> endedForGood(c) && view.newest(c.name()).orElseThrow().exitCode() != 0);
    return initFailed
        || !pod.spec().containers().isEmpty()
            && pod.spec().containers().stream().allMatch(this::endedForGood);
  }

  private boolean endedForGood(ContainerManifest container) {
    return view.newest(container.name())
        .map(newest -> newest.isExited() && !RestartRule.restarts(pod, container, newest))
        .orElse(false);
  }

  private void stopSidecars() {
    if (!Ending.stopAll(snapshot, view, pod.spec().graceSeconds(), "Stopping container ", plan)) {
      view.sandboxes().forEach(sandbox -> plan.add(new PodAction.Remove(sandbox)));
    }
  }

  /** Containers that outlived their sandbox have no network any more: they go first. */
  private void newSandbox() {
    if (Ending.stopAll(
        snapshot,
        view,
        pod.spec().graceSeconds(),
        "Pod sandbox changed, it will be killed and" + " re-created. Stopping container ",
        plan)) {
      return;
    }
    if (starting.mustWait("")) {
      return;
    }
    Optional<ContainerState> newest = view.sandbox();
    if (snapshot.sandboxStarting()) {
      prepareAhead();
      return;
    }
    view.sandboxes().stream()
        .filter(ContainerState::isExited)
        .forEach(dead -> plan.add(new PodAction.Remove(dead)));
    int attempt =
        newest.map(s -> s.isExited() ? s.attempt() + 1 : s.attempt()).orElseGet(this::nextAttempt);
    plan.add(new PodAction.CreateSandbox(attempt));
  }

  /** What comes first can be created while the sandbox starts, unless it must know its address. */
  private void prepareAhead() {
    var first =
        pod.spec().initContainers().isEmpty()
            ? pod.spec().containers()
            : pod.spec().initContainers().subList(0, 1);
    for (ContainerManifest container : first) {
      if (view.newest(container.name()).isEmpty() && !container.asksForAddress()) {
        starting.prepare(container);
      }
    }
  }

  /** Above that of every instance, in case that the sandbox before was removed by hand. */
  private int nextAttempt() {
    return 1 + view.instances().stream().mapToInt(ContainerState::sandboxAttempt).max().orElse(-1);
  }

  /** Of each container, the newest instance and the one before it (for its logs) stay. */
  private void tidy() {
    view.sandboxes().stream().skip(1).forEach(old -> plan.add(new PodAction.Remove(old)));
    for (ContainerManifest container : pod.spec().allContainers()) {
      view.of(container.name()).stream()
          .skip(2)
          .filter(old -> !old.isRunning())
          .forEach(old -> plan.add(new PodAction.Remove(old)));
      view.of(container.name()).stream()
          .skip(1)
          .filter(ContainerState::isRunning)
          .forEach(old -> Ending.stop(snapshot, old, pod.spec().graceSeconds(), "", plan));
    }
  }

  /** Moves the initialisation on; true when the pod's own containers may run. */
  private boolean initialise() {
    boolean begun =
        pod.spec().containers().stream().anyMatch(c -> view.current(c.name()).isPresent());
    for (ContainerManifest container : pod.spec().initContainers()) {
      Optional<ContainerState> current = view.current(container.name());
      if (container.restartsAlways()) {
        keepRunning(container);
        boolean up =
            current
                .filter(c -> c.isRunning() && !snapshot.isHooking(c))
                .filter(c -> health(container, c).started())
                .isPresent();
        if (!up && !begun) {
          return false;
        }
      } else if (!begun && !isDone(current)) {
        keepRunning(container);
        return false;
      }
    }
    return true;
  }

  private static boolean isDone(Optional<ContainerState> current) {
    return current.filter(c -> c.isExited() && c.exitCode() == 0).isPresent();
  }

  private void keepRunning(ContainerManifest container) {
    Optional<ContainerState> newest = view.newest(container.name());
    if (newest.isEmpty()) {
      starting.start(container, 0);
      return;
    }
    ContainerState instance = newest.get();
    boolean current = view.current(container.name()).isPresent();
    switch (instance.phase()) {
      case CREATED -> starting.resume(container, instance, current);
      case RUNNING -> watch(container, instance);
      case EXITED -> {
        if (RestartRule.restarts(pod, container, instance) || isInit(container) && !current) {
          starting.restart(container, instance);
        }
      }
    }
  }

  private boolean isInit(ContainerManifest container) {
    return pod.spec().initContainers().contains(container);
  }

  private void watch(ContainerManifest container, ContainerState instance) {
    Health health = health(container, instance);
    if (health.failed()) {
      Ending.stop(snapshot, instance, probeGrace(container, health), health.failure(), plan);
    } else if (!instance.image().equals(container.image()) && !instance.image().isEmpty()) {
      Ending.stop(
          snapshot,
          instance,
          pod.spec().graceSeconds(),
          "Container " + container.name() + " definition changed, will be restarted",
          plan);
    }
  }

  private Health health(ContainerManifest container, ContainerState instance) {
    return snapshot.health().getOrDefault(instance.id(), Health.initial(container));
  }

  private long probeGrace(ContainerManifest container, Health health) {
    var probe =
        health.started() || container.startupProbe() == null
            ? container.livenessProbe()
            : container.startupProbe();
    return probe == null || probe.terminationGracePeriodSeconds() == null
        ? pod.spec().graceSeconds()
        : probe.terminationGracePeriodSeconds();
  }
}
