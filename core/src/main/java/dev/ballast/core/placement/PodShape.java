package dev.ballast.core.placement;

import dev.ballast.core.model.Pod;
import dev.ballast.core.model.PodSpec;
import dev.ballast.core.model.PodSpec.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Everything about a pod that placement asks, and nothing that tells it from its siblings: pods of
 * one template share one shape.
 *
 * <p>Immutable by agreement: nobody changes the arrays.
 *
 * @param amounts by {@link ResourceNames}
 * @param asked the resources of which it wants more than nothing; only these can be short
 * @param scoredCpu millicores that it counts for when load is spread: its request, else 100
 * @param scoredMemory bytes, else 200 MiB; both figures are kube-scheduler's
 * @param company what it asks of other pods
 * @param identity as what other pods' rules see it
 * @param claims the names of the persistent volume claims it uses, in its namespace
 * @param images of all its containers, sorted, by one name each: {@link #imageName}
 * @param gpu follows from the amounts
 */
public record PodShape(
    long[] amounts,
    int[] asked,
    long scoredCpu,
    long scoredMemory,
    List<HostPort> ports,
    NodeRules rules,
    PodRules company,
    PodIdentity identity,
    List<String> claims,
    List<String> images,
    GpuDemand gpu) {

  private static final long SCORED_CPU = 100;
  private static final long SCORED_MEMORY = 200L << 20;

  public static PodShape of(Pod pod, ResourceNames names) {
    PodSpec spec = pod.spec();
    NodeRules rules = NodeRules.of(spec);
    long[] amounts = Amounts.capped(EffectiveRequest.of(spec, names), Amounts.ABSURD);
    long cpu = amounts[ResourceNames.CPU];
    long memory = amounts[ResourceNames.MEMORY];
    return new PodShape(
        amounts,
        IntStream.range(0, amounts.length).filter(i -> amounts[i] > 0).toArray(),
        cpu > 0 ? cpu : SCORED_CPU,
        memory > 0 ? memory : SCORED_MEMORY,
        HostPort.of(spec),
        rules,
        PodRules.of(pod, rules),
        new PodIdentity(pod.metadata().namespace(), pod.metadata().labels()),
        claims(pod),
        images(spec),
        GpuDemand.of(amounts, names));
  }

  private static List<String> claims(Pod pod) {
    if (pod.spec().volumes().isEmpty()) {
      return List.of();
    }
    List<String> claims = new ArrayList<>();
    for (Volume volume : pod.spec().volumes()) {
      if (volume.persistentVolumeClaim() != null) {
        claims.add(volume.persistentVolumeClaim().claimName());
      } else if (volume.ephemeral() != null) {
        claims.add(pod.metadata().name() + "-" + volume.name());
      }
    }
    return List.copyOf(claims);
  }

  /** The name under which images are compared. */
  public static String imageName(String name) {
    return ImageName.normal(name);
  }

  private static List<String> images(PodSpec spec) {
    if (spec.initContainers().isEmpty() && spec.containers().size() == 1) {
      return List.of(ImageName.normal(spec.containers().getFirst().image()));
    }
    return Stream.concat(spec.initContainers().stream(), spec.containers().stream())
        .map(container -> ImageName.normal(container.image()))
        .sorted()
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PodShape that
        && Arrays.equals(amounts, that.amounts)
        && ports.equals(that.ports)
        && rules.equals(that.rules)
        && identity.equals(that.identity)
        && company.equals(that.company)
        && claims.equals(that.claims)
        && images.equals(that.images);
  }

  @Override
  public int hashCode() {
    int hash = 31 * Arrays.hashCode(amounts) + ports.hashCode();
    return 31 * (31 * hash + rules.hashCode()) + identity.hashCode();
  }
}
