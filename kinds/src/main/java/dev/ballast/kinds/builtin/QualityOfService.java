package dev.ballast.kinds.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.quantity.Quantity;
import java.util.List;

/** The class of a pod by its CPU and memory requests and limits, as Kubernetes defines it. Pure. */
final class QualityOfService {

  private QualityOfService() {}

  /** Guaranteed, Burstable or BestEffort. */
  static String of(JsonNode spec) {
    boolean any = false;
    boolean guaranteed = true;
    for (String list : List.of("initContainers", "containers")) {
      for (JsonNode container : spec.path(list)) {
        for (String resource : List.of("cpu", "memory")) {
          JsonNode resources = container.path("resources");
          Quantity limit = quantity(resources.path("limits").path(resource));
          JsonNode asked = resources.path("requests").path(resource);
          Quantity request = asked.isMissingNode() ? limit : quantity(asked);
          any |= limit != null || request != null;
          guaranteed &= limit != null && request != null && limit.compareTo(request) == 0;
        }
      }
    }
    if (!any) {
      return "BestEffort";
    }
    return guaranteed ? "Guaranteed" : "Burstable";
  }

  /** Null when there is none, or none of it. */
  private static Quantity quantity(JsonNode value) {
    if (value.isMissingNode()) {
      return null;
    }
    Quantity quantity = Quantity.parse(value.asText().trim());
    return quantity.value().signum() == 0 ? null : quantity;
  }
}
