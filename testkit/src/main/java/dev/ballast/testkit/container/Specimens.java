package dev.ballast.testkit.container;

import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerSpec.Limits;
import dev.ballast.core.container.ContainerSpec.LogLimits;
import dev.ballast.core.container.ContainerSpec.Security;
import dev.ballast.core.container.ContainerSpec.Terminal;
import dev.ballast.core.container.PodRef;
import dev.ballast.core.container.SandboxSpec;
import java.util.List;
import java.util.Map;

/** Small valid specs for tests. */
public final class Specimens {

  private Specimens() {}

  public static SandboxSpec sandbox(PodRef pod, int attempt) {
    return new SandboxSpec(
        pod,
        "ballast_POD_" + pod.uid() + "_" + attempt,
        attempt,
        pod.name(),
        false,
        false,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }

  public static ContainerSpec container(
      PodRef pod, String name, int attempt, String sandboxId, String image, List<String> command) {
    return new ContainerSpec(
        pod,
        "ballast_" + name + "_" + pod.uid() + "_" + attempt,
        name,
        attempt,
        sandboxId,
        0,
        "h",
        image,
        command,
        List.of(),
        "",
        List.of(),
        List.of(),
        Limits.NONE,
        Security.DEFAULT,
        Terminal.NONE,
        LogLimits.DEFAULT);
  }
}
