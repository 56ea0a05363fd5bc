package dev.ballast.executor.assemble;

import dev.ballast.core.container.ContainerSpec;
import dev.ballast.core.container.ContainerSpec.Limits;
import dev.ballast.core.container.ContainerSpec.LogLimits;
import dev.ballast.core.container.ContainerSpec.Mount;
import dev.ballast.core.container.ContainerSpec.Terminal;
import dev.ballast.core.container.ContainerState;
import dev.ballast.core.container.Image;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import dev.ballast.executor.pod.QosClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One container's spec from its manifest. */
public final class Containers {

  private static final long PERIOD_MICROS = 100_000;
  private static final long SMALLEST_QUOTA = 1_000;

  private final Objects objects;
  private final long machineBytes;
  private final LogLimits logs;
  private final SeccompProfiles seccomp;

  public Containers(Objects objects, long machineBytes, LogLimits logs, SeccompProfiles seccomp) {
    this.objects = objects;
    this.machineBytes = machineBytes;
    this.logs = logs;
    this.seccomp = seccomp;
  }

  /** Where a container's mounts are on this machine; the agent prepares them. */
  public interface Mounts {
    List<Mount> of(ContainerManifest container, int attempt, Map<String, String> variables)
        throws AssemblyException;
  }

  /**
   * @throws AssemblyException when something that the manifest names is missing or not allowed
   */
  public ContainerSpec spec(
      PodManifest pod,
      ContainerManifest container,
      int attempt,
      ContainerState sandbox,
      PodFacts facts,
      Optional<Image> image,
      Mounts mounts)
      throws AssemblyException {
    Map<String, String> variables = new Environment(pod, container, facts, objects).resolve();
    List<String> env = new ArrayList<>();
    variables.forEach((name, value) -> env.add(name + "=" + value));
    return new ContainerSpec(
        pod.ref(),
        Names.container(pod.ref(), container.name(), attempt),
        container.name(),
        attempt,
        sandbox.id(),
        sandbox.attempt(),
        Integer.toHexString(container.hashCode()),
        container.image(),
        expand(container.command(), variables),
        expand(container.args(), variables),
        container.workingDir(),
        env,
        mounts.of(container, attempt, variables),
        limits(pod, container),
        new Confinement(pod, container, image, seccomp).security(),
        new Terminal(container.tty(), container.stdin(), container.stdinOnce()),
        logs);
  }

  /** True when the spec depends on whom the image runs as. */
  public static boolean needsImage(PodManifest pod, ContainerManifest container) {
    var own = container.securityContext();
    var all = pod.spec().securityContext();
    return own.runAsNonRoot() != null
        || all.runAsNonRoot() != null
        || own.runAsGroup() != null
        || all.runAsGroup() != null;
  }

  private static List<String> expand(List<String> words, Map<String, String> variables) {
    return words.stream().map(word -> Expansion.expand(word, variables)).toList();
  }

  Limits limits(PodManifest pod, ContainerManifest container) {
    Map<String, String> limits = container.resources().limits();
    Map<String, String> requests = container.resources().requests();
    long limit = millis(limits.get("cpu"));
    long request = requests.containsKey("cpu") ? millis(requests.get("cpu")) : limit;
    long quota = limit == 0 ? 0 : Math.max(SMALLEST_QUOTA, limit * PERIOD_MICROS / 1000);
    String memory = limits.get("memory");
    return new Limits(
        Math.max(2, request * 1024 / 1000),
        quota,
        memory == null ? 0 : Quantity.parse(memory).units(),
        QosClass.of(pod).oomScoreAdjust(container, machineBytes),
        0);
  }

  private static long millis(String cpu) {
    return cpu == null ? 0 : Quantity.parse(cpu).millis();
  }
}
