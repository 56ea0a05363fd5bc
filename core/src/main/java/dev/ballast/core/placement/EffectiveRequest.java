package dev.ballast.core.placement;

import dev.ballast.core.model.PodSpec;
import dev.ballast.core.model.PodSpec.Container;
import dev.ballast.core.model.PodSpec.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a pod takes from its node, by Kubernetes' rule (documentation: "Resource sharing within
 * containers" of init containers and of sidecar containers, "Pod overhead"): the larger of the sum
 * over app and sidecar containers and of the largest moment of the init sequence, plus overhead.
 * Pure.
 */
public final class EffectiveRequest {

  private EffectiveRequest() {}

  /** Amounts by {@code names}; one of {@code pods} included. */
  public static long[] of(PodSpec spec, ResourceNames names) {
    long[] running = new long[ResourceNames.PODS + 1];
    for (Container container : spec.containers()) {
      running = Amounts.sum(running, requests(container, names));
    }
    long[] sidecars = new long[0];
    long[] starting = new long[0];
    for (Container container : spec.initContainers()) {
      long[] own = requests(container, names);
      if (isSidecar(container)) {
        // A sidecar runs from here on: beside every later init container, and beside the app.
        sidecars = Amounts.sum(sidecars, own);
        running = Amounts.sum(running, own);
      } else {
        starting = Amounts.max(starting, Amounts.sum(own, sidecars));
      }
    }
    long[] total = Amounts.sum(Amounts.max(running, starting), names.amounts(spec.overhead()));
    total[ResourceNames.PODS] = 1;
    return total;
  }

  public static boolean isSidecar(Container initContainer) {
    return initContainer.restartPolicy().equals("Always");
  }

  /** A limit without a request is the request, as the API's defaults have it. */
  private static long[] requests(Container container, ResourceNames names) {
    Resources resources = container.resources();
    if (resources.limits().isEmpty()) {
      return names.amounts(resources.requests());
    }
    Map<String, String> merged = new LinkedHashMap<>(resources.limits());
    merged.putAll(resources.requests());
    return names.amounts(merged);
  }
}
