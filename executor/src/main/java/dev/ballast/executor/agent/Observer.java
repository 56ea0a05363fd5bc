package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.DiskUsage;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.DiskUse;
import dev.ballast.executor.pod.Health;
import dev.ballast.executor.pod.ImageView;
import dev.ballast.executor.pod.PodSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gathers what a decision about one pod rests on, and keeps the probes of its running containers
 * going. Runs on the pod's worker.
 */
final class Observer implements AutoCloseable {

  private final Context context;
  private final PodMemory memory;
  private final Runnable wake;
  private volatile String address = "";

  Observer(Context context, PodMemory memory, Runnable wake) {
    this.context = context;
    this.memory = memory;
    this.wake = wake;
  }

  /** The pod's address as last seen, "" before its sandbox runs. */
  String address() {
    return address;
  }

  PodSnapshot observe(PodManifest pod, boolean wanted, Now now) {
    boolean starting = memory.sandboxStarting;
    List<ContainerState> instances = context.runtime().list(pod.uid());
    instances.stream()
        .filter(i -> i.isSandbox() && i.isRunning())
        .findFirst()
        .ifPresent(
            sandbox ->
                address = pod.spec().hostNetwork() ? context.hostAddress() : sandbox.address());
    boolean mustGo = !wanted || pod.metadata().isDeleting();
    probes(pod, instances, mustGo);
    readMessages(pod, instances);
    return new PodSnapshot(
        pod,
        wanted,
        instances,
        memory.health(),
        images(pod, instances, mustGo),
        memory.restarts,
        memory.problems,
        memory.stopping(now),
        memory.hooking,
        starting,
        memory.terminatingSince(mustGo, now),
        eviction(pod, instances, mustGo, now));
  }

  /** Measured now and then; a pod that has been found to be too big stays so. */
  private Optional<String> eviction(
      PodManifest pod, List<ContainerState> instances, boolean mustGo, Now now) {
    boolean containers = DiskUse.limitsContainers(pod);
    boolean limited = containers || DiskUse.limitsVolumes(pod);
    boolean due =
        memory.measured == null
            || now.since(memory.measured).compareTo(context.measureEvery()) >= 0;
    if (limited && memory.eviction.isEmpty() && !mustGo && due) {
      memory.measured = now;
      Map<String, DiskUsage> used = containers ? usage(instances) : Map.of();
      memory.eviction = new DiskUse(context.files().emptyDirBytes(pod), used).overLimit(pod);
    }
    return memory.eviction;
  }

  private Map<String, DiskUsage> usage(List<ContainerState> instances) {
    Map<String, DiskUsage> used = new HashMap<>();
    for (ContainerState instance : instances) {
      if (!instance.isSandbox() && instance.isRunning()) {
        context
            .runtime()
            .diskUsage(instance.id())
            .ifPresent(u -> used.put(instance.container(), u));
      }
    }
    return used;
  }

  private Map<String, ImageView> images(
      PodManifest pod, List<ContainerState> instances, boolean mustGo) {
    Map<String, ImageView> views = new HashMap<>();
    for (ContainerManifest container :
        mustGo ? List.<ContainerManifest>of() : pod.spec().allContainers()) {
      boolean there =
          instances.stream().anyMatch(i -> i.container().equals(container.name()) && !i.isExited());
      if (!there) {
        views.put(container.name(), image(container));
      }
    }
    return views;
  }

  private ImageView image(ContainerManifest container) {
    PodMemory.Pull pull = memory.pulls.get(container.name());
    if (pull != null && pull.underWay()) {
      return new ImageView.Pulling();
    }
    boolean present = context.runtime().image(container.image()).isPresent();
    if (pull != null && pull.failure().isPresent()) {
      PodMemory.Failure failure = pull.failure().get();
      return new ImageView.Failed(
          present, failure.reason(), failure.message(), failure.at(), failure.backoff());
    }
    return present
        ? new ImageView.Present(pull == null ? -1 : pull.attempt())
        : new ImageView.Absent();
  }

  private void probes(PodManifest pod, List<ContainerState> instances, boolean mustGo) {
    Set<String> alive = new HashSet<>();
    for (ContainerManifest container : pod.spec().allContainers()) {
      boolean probed =
          container.startupProbe() != null
              || container.livenessProbe() != null
              || container.readinessProbe() != null;
      for (ContainerState instance : instances) {
        if (probed
            && !mustGo
            && instance.isRunning()
            && !memory.hooking.contains(instance.id())
            && instance.container().equals(container.name())) {
          alive.add(instance.id());
          memory.probes.computeIfAbsent(instance.id(), id -> start(pod, container, instance));
        }
      }
    }
    memory.probes.entrySet().removeIf(e -> !alive.contains(e.getKey()) && closed(e.getValue()));
  }

  private static boolean closed(ProbeRun run) {
    run.close();
    return true;
  }

  private ProbeRun start(PodManifest pod, ContainerManifest container, ContainerState instance) {
    return new ProbeRun(
        container,
        instance,
        this::address,
        context.checks(),
        context.timers(),
        (type, reason, message) ->
            context.events().tell(Performer.about(pod, container.name()), type, reason, message),
        adopted(pod, container, instance),
        wake);
  }

  /** An instance that an agent before this one found ready stays so until a probe says else. */
  private static Health adopted(
      PodManifest pod, ContainerManifest container, ContainerState instance) {
    for (String field : List.of("containerStatuses", "initContainerStatuses")) {
      for (JsonNode status : pod.status().path(field)) {
        if (status.path("containerID").asText().endsWith("://" + instance.id())) {
          boolean started = status.path("started").asBoolean();
          return new Health(
              started || container.startupProbe() == null, status.path("ready").asBoolean(), "");
        }
      }
    }
    return Health.initial(container);
  }

  private void readMessages(PodManifest pod, List<ContainerState> instances) {
    for (ContainerState instance : instances) {
      if (!instance.isSandbox() && instance.isExited()) {
        memory.messages.computeIfAbsent(instance.id(), id -> message(pod, instance));
      }
    }
  }

  private String message(PodManifest pod, ContainerState instance) {
    if (!instance.error().isEmpty()) {
      return instance.error();
    }
    String own =
        context.files().terminationMessage(pod.uid(), instance.container(), instance.attempt());
    Optional<ContainerManifest> container =
        pod.spec().allContainers().stream()
            .filter(c -> c.name().equals(instance.container()))
            .findFirst();
    boolean logs =
        container
            .map(c -> c.terminationMessagePolicy().equals("FallbackToLogsOnError"))
            .orElse(false);
    return own.isEmpty() && logs && instance.exitCode() != 0
        ? LogTail.of(context.runtime(), instance.id())
        : own;
  }

  @Override
  public void close() {
    memory.probes.values().forEach(ProbeRun::close);
  }
}
