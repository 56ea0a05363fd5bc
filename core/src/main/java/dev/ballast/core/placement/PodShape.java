package dev.ballast.core.placement;

import dev.ballast.core.model.PodSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
 */
public record PodShape(
    long[] amounts,
    int[] asked,
    long scoredCpu,
    long scoredMemory,
    List<HostPort> ports,
    NodeRules rules) {

  private static final long SCORED_CPU = 100;
  private static final long SCORED_MEMORY = 200L << 20;

  public static PodShape of(PodSpec spec, ResourceNames names) {
    long[] amounts = EffectiveRequest.of(spec, names);
    long cpu = amounts[ResourceNames.CPU];
    long memory = amounts[ResourceNames.MEMORY];
    return new PodShape(
        amounts,
        IntStream.range(0, amounts.length).filter(i -> amounts[i] > 0).toArray(),
        cpu > 0 ? cpu : SCORED_CPU,
        memory > 0 ? memory : SCORED_MEMORY,
        HostPort.of(spec),
        NodeRules.of(spec));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PodShape that
        && Arrays.equals(amounts, that.amounts)
        && ports.equals(that.ports)
        && rules.equals(that.rules);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(amounts) + ports.hashCode()) + rules.hashCode();
  }
}
