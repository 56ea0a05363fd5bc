package dev.ballast.executor.agent;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.Image;
import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.container.RuntimeUnavailableException;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.executor.assemble.AssemblyException;
import dev.ballast.executor.assemble.Containers;
import dev.ballast.executor.assemble.PodFacts;
import dev.ballast.executor.assemble.Sandboxes;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.Backoff;
import dev.ballast.executor.pod.PodAction;
import dev.ballast.executor.pod.PodSnapshot;
import dev.ballast.executor.pod.PodView;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what was decided for one pod. Runs on the pod's worker. */
final class Performer {

  private static final Logger LOG = LoggerFactory.getLogger(Performer.class);

  private final Context context;
  private final PodMemory memory;
  private final Runnable wake;
  private final Puller puller;
  private final Hooks hooks;

  Performer(Context context, PodMemory memory, Runnable wake) {
    this.context = context;
    this.memory = memory;
    this.wake = wake;
    this.puller = new Puller(context, memory, wake);
    this.hooks = new Hooks(context, memory, wake);
  }

  static EventRecorder.About about(PodManifest pod, String container) {
    return new EventRecorder.About(
        "v1", "Pod", pod.metadata().namespace(), pod.metadata().name(), pod.uid(), container);
  }

  /** False when it failed and the rest of the round must not be done. */
  boolean perform(PodManifest pod, PodSnapshot snapshot, PodAction action) {
    return switch (action) {
      case PodAction.CreateSandbox create -> createSandbox(pod, create.attempt());
      case PodAction.Prepare prepare -> prepare(pod, snapshot, prepare);
      case PodAction.Pull pull -> puller.begin(pod, pull.container(), pull.attempt());
      case PodAction.Start start -> start(pod, snapshot, start);
      case PodAction.Stop stop -> hooks.stop(pod, stop);
      case PodAction.Remove remove -> remove(remove.instance());
      case PodAction.Tell tell -> {
        tell(pod, "", tell.type(), tell.reason(), tell.message());
        yield true;
      }
      case PodAction.Finish finish -> true;
    };
  }

  private void tell(
      PodManifest pod, String container, EventType type, String reason, String message) {
    context.events().tell(about(pod, container), type, reason, message);
  }

  private boolean createSandbox(PodManifest pod, int attempt) {
    try {
      context.files().prepare(pod, context.facts().apply(pod, ""));
    } catch (AssemblyException e) {
      memory.problem("", e.reason(), e.getMessage(), context.timers().now());
      tell(pod, "", EventType.WARNING, e.reason(), e.getMessage());
      return false;
    }
    return switch (context
        .runtime()
        .createSandbox(Sandboxes.spec(pod, attempt, context.resolver().get()))) {
      case RuntimeResult.Refused refused -> sandboxFailed(pod, refused.message());
      case RuntimeResult.Done done -> {
        memory.sandboxStarting = true;
        context.timers().execute(() -> startSandbox(pod, done.id()));
        yield true;
      }
    };
  }

  /** Beside the worker, which meanwhile creates the first container. */
  private void startSandbox(PodManifest pod, String id) {
    try {
      if (context.runtime().start(id) instanceof RuntimeResult.Refused refused) {
        context.runtime().remove(id);
        sandboxFailed(pod, refused.message());
      } else {
        memory.problems.remove("");
      }
    } catch (RuntimeUnavailableException e) {
      LOG.info("sandbox of {} waits for the engine: {}", pod.ref(), e.getMessage());
    } finally {
      memory.sandboxStarting = false;
      wake.run();
    }
  }

  private boolean sandboxFailed(PodManifest pod, String why) {
    String message = "Failed to create pod sandbox: " + why;
    memory.problem("", "FailedCreatePodSandBox", message, context.timers().now());
    tell(pod, "", EventType.WARNING, "FailedCreatePodSandBox", message);
    return false;
  }

  private boolean prepare(PodManifest pod, PodSnapshot snapshot, PodAction.Prepare prepare) {
    Optional<ContainerState> sandbox = new PodView(pod, snapshot.instances()).sandbox();
    sandbox.ifPresent(s -> create(pod, prepare.container(), prepare.attempt(), s));
    return true;
  }

  private boolean start(PodManifest pod, PodSnapshot snapshot, PodAction.Start start) {
    ContainerManifest container = start.container();
    PodView view = new PodView(pod, snapshot.instances());
    Optional<ContainerState> sandbox = view.runningSandbox();
    if (sandbox.isEmpty()) {
      return false;
    }
    Optional<String> id =
        view.current(container.name())
            .filter(i -> i.phase() == ContainerState.Phase.CREATED)
            .filter(i -> i.attempt() == start.attempt())
            .map(ContainerState::id)
            .or(() -> create(pod, container, start.attempt(), sandbox.get()));
    id.ifPresent(created -> run(pod, container, start.attempt(), created));
    return true;
  }

  private Optional<String> create(
      PodManifest pod, ContainerManifest container, int attempt, ContainerState sandbox) {
    Optional<Image> image =
        Containers.needsImage(pod, container)
            ? context.runtime().image(container.image())
            : Optional.empty();
    PodFacts facts = context.facts().apply(pod, sandbox.address());
    try {
      ContainerSpec spec =
          context
              .containers()
              .spec(
                  pod,
                  container,
                  attempt,
                  sandbox,
                  facts,
                  image,
                  (c, a, variables) -> context.files().mounts(pod, c, a, variables));
      return switch (context.runtime().createContainer(spec)) {
        case RuntimeResult.Done done -> Optional.of(done.id());
        case RuntimeResult.Refused refused -> {
          failed(pod, container, "CreateContainerError", refused.message());
          yield Optional.empty();
        }
      };
    } catch (AssemblyException e) {
      failed(pod, container, e.reason(), e.getMessage());
      return Optional.empty();
    }
  }

  private void failed(PodManifest pod, ContainerManifest container, String reason, String message) {
    memory.problem(container.name(), reason, message, context.timers().now());
    tell(pod, container.name(), EventType.WARNING, "Failed", "Error: " + message);
    context.telemetry().count("kubelet_started_containers_errors_total", 1, "code", reason);
  }

  private void run(PodManifest pod, ContainerManifest container, int attempt, String id) {
    PodMemory.Pull pull = memory.pulls.get(container.name());
    if (pull == null || pull.attempt() != attempt) {
      String present = "Container image \"" + container.image() + "\" already present on machine";
      tell(pod, container.name(), EventType.NORMAL, "Pulled", present);
    }
    tell(
        pod,
        container.name(),
        EventType.NORMAL,
        "Created",
        "Created container: " + container.name());
    if (context.runtime().start(id) instanceof RuntimeResult.Refused refused) {
      boolean ran = context.runtime().inspect(id).map(ContainerState::isExited).orElse(false);
      if (!ran) {
        context.runtime().remove(id);
      }
      failed(pod, container, "RunContainerError", refused.message());
      return;
    }
    memory.problems.remove(container.name());
    if (attempt > 0) {
      memory.restarts.merge(
          container.name(),
          Backoff.NONE.next(context.timers().now()),
          (before, first) -> before.next(context.timers().now()));
      context.telemetry().count("ballast_container_restarts_total", 1);
    }
    context.telemetry().count("kubelet_started_containers_total", 1);
    tell(
        pod,
        container.name(),
        EventType.NORMAL,
        "Started",
        "Started container " + container.name());
    firstStart(pod, attempt);
    hooks.postStart(pod, container, id);
  }

  private void firstStart(PodManifest pod, int attempt) {
    String created = pod.metadata().creationTimestamp();
    if (attempt == 0 && !created.isEmpty()) {
      Duration took =
          Duration.between(
              OffsetDateTime.parse(created).toInstant(), context.timers().now().wall());
      context.telemetry().time("kubelet_pod_start_duration_seconds", took);
    }
  }

  private boolean remove(ContainerState instance) {
    if (context.runtime().remove(instance.id()) instanceof RuntimeResult.Refused refused) {
      LOG.warn("{} was not removed: {}", instance.name(), refused.message());
      throw new RuntimeUnavailableException(refused.message(), null);
    }
    memory.messages.remove(instance.id());
    return true;
  }

  /** The pod's object has waited for its containers: now it may go. */
  void deleteObject(PodManifest pod) {
    CommitResult result =
        context
            .store()
            .commit(
                new Write.Delete(
                    pod.key(),
                    0,
                    new DeleteOptions(pod.uid(), 0, DeleteOptions.Propagation.DEFAULT)));
    switch (result) {
      case CommitResult.Committed done -> LOG.debug("pod {} is gone", pod.ref());
      case CommitResult.NotFound gone -> LOG.debug("pod {} was gone", pod.ref());
      case CommitResult.Conflict other -> LOG.debug("another pod has the name {}", pod.ref());
      case CommitResult.Unavailable unavailable ->
          throw new StoreUnavailableException(unavailable.reason());
      default -> LOG.warn("pod {} could not be deleted: {}", pod.ref(), result);
    }
  }
}
