package dev.ballast.executor.assemble;

import dev.ballast.core.quantity.Quantity;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.manifest.ContainerManifest.ResourceFieldRef;
import dev.ballast.executor.manifest.PodManifest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The downward API: fields of the pod and its containers' resources as text. Pure. */
public final class FieldValues {

  private FieldValues() {}

  /**
   * @throws IllegalArgumentException when there is no such field
   */
  public static String field(String path, PodManifest pod, PodFacts facts) {
    if (path.startsWith("metadata.labels['")) {
      return pod.metadata().labels().getOrDefault(subscript(path), "");
    }
    if (path.startsWith("metadata.annotations['")) {
      return pod.metadata().annotations().getOrDefault(subscript(path), "");
    }
    return switch (path) {
      case "metadata.name" -> pod.metadata().name();
      case "metadata.namespace" -> pod.metadata().namespace();
      case "metadata.uid" -> pod.metadata().uid();
      case "metadata.labels" -> lines(pod.metadata().labels());
      case "metadata.annotations" -> lines(pod.metadata().annotations());
      case "spec.nodeName" -> facts.nodeName();
      case "spec.serviceAccountName" -> pod.spec().serviceAccountName();
      case "status.hostIP", "status.hostIPs" -> facts.hostAddress();
      case "status.podIP", "status.podIPs" ->
          pod.spec().hostNetwork() ? facts.hostAddress() : facts.podAddress();
      default -> throw new IllegalArgumentException("unsupported fieldPath: " + path);
    };
  }

  private static String subscript(String path) {
    return path.substring(path.indexOf('\'') + 1, path.lastIndexOf('\''));
  }

  private static String lines(Map<String, String> map) {
    return new TreeMap<>(map)
        .entrySet().stream()
            .map(e -> e.getKey() + "=\"" + escape(e.getValue()) + "\"")
            .collect(Collectors.joining("\n"));
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /**
   * A limit that is not set counts as what the node can give.
   *
   * @throws IllegalArgumentException when there is no such resource or container
   */
  public static String resource(
      ResourceFieldRef ref, ContainerManifest self, PodManifest pod, PodFacts facts) {
    ContainerManifest container =
        ref.containerName().isEmpty()
            ? self
            : pod.spec().allContainers().stream()
                .filter(c -> c.name().equals(ref.containerName()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException("no container named " + ref.containerName()));
    int dot = ref.resource().indexOf('.');
    String resource = ref.resource().substring(dot + 1);
    Map<String, String> limits = container.resources().limits();
    Map<String, String> requests = container.resources().requests();
    BigDecimal value =
        ref.resource().startsWith("limits.")
            ? amount(limits, resource, allocatable(resource, facts))
            : amount(requests, resource, amount(limits, resource, BigDecimal.ZERO));
    BigDecimal divisor = Quantity.parse(ref.divisor()).value();
    return value.divide(divisor, 0, RoundingMode.UP).toPlainString();
  }

  private static BigDecimal amount(
      Map<String, String> amounts, String resource, BigDecimal otherwise) {
    String text = amounts.get(resource);
    return text == null ? otherwise : Quantity.parse(text).value();
  }

  private static BigDecimal allocatable(String resource, PodFacts facts) {
    return switch (resource) {
      case "cpu" -> BigDecimal.valueOf(facts.allocatableCpuMillis(), 3);
      case "memory" -> BigDecimal.valueOf(facts.allocatableMemoryBytes());
      case "ephemeral-storage" -> BigDecimal.valueOf(facts.allocatableDiskBytes());
      default -> BigDecimal.ZERO;
    };
  }
}
