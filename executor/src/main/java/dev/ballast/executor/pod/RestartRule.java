package dev.ballast.executor.pod;

import dev.ballast.core.container.ContainerState;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;

/** Whether what exited runs again. Source: Kubernetes' pod life cycle, "restartPolicy". Pure. */
public final class RestartRule {

  private RestartRule() {}

  public static boolean restarts(
      PodManifest pod, ContainerManifest container, ContainerState exited) {
    if (container.restartsAlways()) {
      return true;
    }
    boolean init = pod.spec().initContainers().contains(container);
    return switch (pod.spec().restartPolicy()) {
      case "Never" -> false;
      case "OnFailure" -> exited.exitCode() != 0;
      default -> !init || exited.exitCode() != 0;
    };
  }
}
