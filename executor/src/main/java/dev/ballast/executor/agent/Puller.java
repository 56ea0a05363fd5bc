package dev.ballast.executor.agent;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.container.PullResult;
import dev.ballast.core.container.RegistryLogin;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.Backoff;
import java.time.Duration;
import java.util.Optional;

/** Begins pulls for one pod and remembers how they ended. Runs on the pod's worker. */
final class Puller {

  private final Context context;
  private final PodMemory memory;
  private final Runnable wake;

  Puller(Context context, PodMemory memory, Runnable wake) {
    this.context = context;
    this.memory = memory;
    this.wake = wake;
  }

  /** True always: how it ends is told later. */
  boolean begin(PodManifest pod, ContainerManifest container, int attempt) {
    String image = container.image();
    Optional<RegistryLogin> login = context.pullSecrets().login(pod, image);
    Backoff before =
        Optional.ofNullable(memory.pulls.get(container.name()))
            .flatMap(PodMemory.Pull::failure)
            .map(PodMemory.Failure::backoff)
            .orElse(Backoff.NONE);
    memory.pulls.put(container.name(), new PodMemory.Pull(attempt, true, Optional.empty()));
    tell(pod, container, EventType.NORMAL, "Pulling", "Pulling image \"" + image + "\"");
    Now begun = context.timers().now();
    context
        .runtime()
        .pull(
            image,
            login,
            result -> {
              Now now = context.timers().now();
              memory.pulls.put(container.name(), ended(attempt, result, before, now));
              tellPulled(pod, container, result, now.since(begun));
              wake.run();
            });
    return true;
  }

  private static PodMemory.Pull ended(int attempt, PullResult result, Backoff before, Now now) {
    Optional<PodMemory.Failure> failure =
        result instanceof PullResult.Failed failed
            ? Optional.of(
                new PodMemory.Failure(
                    failed.reason(), failed.message(), now.wall(), before.next(now)))
            : Optional.empty();
    return new PodMemory.Pull(attempt, false, failure);
  }

  private void tellPulled(
      PodManifest pod, ContainerManifest container, PullResult result, Duration took) {
    switch (result) {
      case PullResult.Pulled pulled -> {
        context.images().pulled(container.image());
        tell(
            pod,
            container,
            EventType.NORMAL,
            "Pulled",
            "Successfully pulled image \""
                + container.image()
                + "\" in "
                + took.toMillis()
                + "ms. Image size: "
                + pulled.image().bytes()
                + " bytes.");
      }
      case PullResult.Failed failed -> {
        boolean invalid = failed.reason().equals("InvalidImageName");
        tell(
            pod,
            container,
            EventType.WARNING,
            invalid ? "InspectFailed" : "Failed",
            invalid
                ? failed.message()
                : "Failed to pull image \"" + container.image() + "\": " + failed.message());
        tell(pod, container, EventType.WARNING, "Failed", "Error: " + failed.reason());
      }
    }
  }

  private void tell(
      PodManifest pod, ContainerManifest container, EventType type, String reason, String message) {
    context.events().tell(Performer.about(pod, container.name()), type, reason, message);
  }
}
