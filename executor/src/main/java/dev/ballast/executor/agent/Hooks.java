package dev.ballast.executor.agent;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.Handler;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.PodAction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lifecycle hooks of one pod's containers, and stopping, which a preStop hook delays. A preStop
 * hook runs once per instance, also when the agent dies in it: the agent after it gives the process
 * what is left of its grace. Runs on the pod's worker; the hooks run beside it.
 */
final class Hooks {

  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);

  /** What a process gets at least after its preStop hook has used up the grace. */
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Context context;
  private final PodMemory memory;
  private final Runnable wake;

  Hooks(Context context, PodMemory memory, Runnable wake) {
    this.context = context;
    this.memory = memory;
    this.wake = wake;
  }

  /** Begins the hook; until it has ended the container does not count as running. */
  void postStart(PodManifest pod, ContainerManifest container, String id) {
    Handler hook = container.lifecycle().postStart();
    if (hook == null) {
      return;
    }
    memory.hooking.add(id);
    if (hook.sleep() != null) {
      context.timers().schedule(Duration.ofSeconds(hook.sleep().seconds()), () -> started(id));
    } else {
      context.timers().execute(() -> postStart(pod, container, id, hook));
    }
  }

  private void postStart(PodManifest pod, ContainerManifest container, String id, Handler hook) {
    try {
      Checks.Outcome outcome = context.checks().run(hook, container, id, address(pod), LONGEST);
      if (!outcome.success()) {
        String message = "PostStartHook failed: " + outcome.message();
        tell(pod, container, EventType.WARNING, "FailedPostStartHook", message);
        context.runtime().stop(id, Duration.ofSeconds(pod.spec().graceSeconds()));
      }
    } catch (RuntimeUnavailableException e) {
      LOG.info("postStart hook of {} in {}: {}", container.name(), pod.ref(), e.getMessage());
    } finally {
      started(id);
    }
  }

  private void started(String id) {
    memory.hooking.remove(id);
    wake.run();
  }

  private String address(PodManifest pod) {
    if (pod.spec().hostNetwork()) {
      return context.hostAddress();
    }
    return context.runtime().list(pod.uid()).stream()
        .filter(i -> i.isSandbox() && i.isRunning())
        .map(ContainerState::address)
        .findFirst()
        .orElse("");
  }

  /** True always: the end is seen later. */
  boolean stop(PodManifest pod, PodAction.Stop stop) {
    ContainerState instance = stop.instance();
    Now now = context.timers().now();
    memory.stopping(instance, stop.graceSeconds(), now);
    Optional<ContainerManifest> container =
        pod.spec().allContainers().stream()
            .filter(c -> c.name().equals(instance.container()))
            .findFirst();
    if (!stop.why().isEmpty()) {
      EventRecorder.About about = Performer.about(pod, instance.container());
      context.events().tell(about, EventType.NORMAL, "Killing", stop.why());
    }
    Handler hook = container.map(c -> c.lifecycle().preStop()).orElse(null);
    Duration grace = Duration.ofSeconds(stop.graceSeconds());
    if (hook == null || grace.isZero()) {
      context.runtime().stop(instance.id(), grace);
      return true;
    }
    String mark = "prestop-" + instance.container() + "-" + instance.attempt();
    Instant begun = context.files().mark(pod.uid(), mark, now.wall());
    if (begun.equals(now.wall())) {
      context.timers().execute(() -> preStop(pod, container.get(), instance, hook, grace));
    } else {
      stopRest(instance, grace.minus(Duration.between(begun, now.wall())));
    }
    return true;
  }

  private void preStop(
      PodManifest pod,
      ContainerManifest container,
      ContainerState instance,
      Handler hook,
      Duration grace) {
    Now begun = context.timers().now();
    try {
      if (hook.sleep() != null) {
        Duration sleep = Duration.ofSeconds(Math.min(hook.sleep().seconds(), grace.toSeconds()));
        context.timers().schedule(sleep, () -> stopRest(instance, grace.minus(sleep)));
        return;
      }
      Checks.Outcome outcome =
          context.checks().run(hook, container, instance.id(), address(pod), grace);
      if (!outcome.success()) {
        String message = "PreStopHook failed: " + outcome.message();
        tell(pod, container, EventType.WARNING, "FailedPreStopHook", message);
      }
      stopRest(instance, grace.minus(context.timers().now().since(begun)));
    } catch (RuntimeUnavailableException e) {
      LOG.info("stopping {} waits for the engine: {}", instance.name(), e.getMessage());
    }
  }

  private void stopRest(ContainerState instance, Duration left) {
    context.runtime().stop(instance.id(), left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left);
  }

  private void tell(
      PodManifest pod, ContainerManifest container, EventType type, String reason, String message) {
    context.events().tell(Performer.about(pod, container.name()), type, reason, message);
  }
}
