package dev.ballast.executor.pod;

import dev.ballast.core.quantity.Quantity;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.PodManifest;
import java.util.List;
import java.util.Map;

/** Kubernetes' quality-of-service class of a pod, from cpu and memory of its containers. Pure. */
public enum QosClass {
  GUARANTEED("Guaranteed"),
  BURSTABLE("Burstable"),
  BEST_EFFORT("BestEffort");

  private static final List<String> RESOURCES = List.of("cpu", "memory");

  private final String text;

  QosClass(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  public static QosClass of(PodManifest pod) {
    List<ContainerManifest> all = pod.spec().allContainers();
    boolean nothing =
        all.stream()
            .allMatch(
                c ->
                    RESOURCES.stream()
                        .allMatch(
                            r ->
                                !isSet(c.resources().requests(), r)
                                    && !isSet(c.resources().limits(), r)));
    if (nothing) {
      return BEST_EFFORT;
    }
    return all.stream().allMatch(QosClass::isGuaranteed) ? GUARANTEED : BURSTABLE;
  }

  private static boolean isGuaranteed(ContainerManifest container) {
    Map<String, String> limits = container.resources().limits();
    Map<String, String> requests = container.resources().requests();
    return RESOURCES.stream()
        .allMatch(
            r ->
                isSet(limits, r)
                    && (!isSet(requests, r)
                        || Quantity.parse(requests.get(r)).compareTo(Quantity.parse(limits.get(r)))
                            == 0));
  }

  private static boolean isSet(Map<String, String> amounts, String resource) {
    return amounts.containsKey(resource)
        && Quantity.parse(amounts.get(resource)).value().signum() > 0;
  }

  /**
   * Who the kernel kills first when memory runs out, as the kubelet computes it.
   *
   * @param machineBytes the node's memory
   */
  public int oomScoreAdjust(ContainerManifest container, long machineBytes) {
    return switch (this) {
      case GUARANTEED -> -997;
      case BEST_EFFORT -> 1000;
      case BURSTABLE -> {
        String request =
            container
                .resources()
                .requests()
                .getOrDefault("memory", container.resources().limits().getOrDefault("memory", "0"));
        long bytes = Quantity.parse(request).units();
        long adjust = 1000 - 1000 * Math.min(bytes, machineBytes) / Math.max(1, machineBytes);
        yield Math.clamp(adjust, 3, 999);
      }
    };
  }
}
