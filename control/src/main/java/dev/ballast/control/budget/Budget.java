package dev.ballast.control.budget;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.model.Absent;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.selector.LabelSelector;
import java.util.List;
import java.util.Map;

/** A policy/v1 PodDisruptionBudget, as its controller sees it. */
public record Budget(ObjectMeta metadata, Spec spec, Status status) {

  public Budget {
    spec = spec == null ? new Spec(null, null, null) : spec;
    status = status == null ? new Status(null, null) : status;
  }

  /** Numbers or percentages, as written; null where absent. No selector selects nothing. */
  public record Spec(JsonNode minAvailable, JsonNode maxUnavailable, LabelSelector selector) {}

  /**
   * @param disruptedPods by pod name: when its eviction was granted
   */
  public record Status(Map<String, String> disruptedPods, List<Condition> conditions) {
    public Status {
      disruptedPods = Absent.map(disruptedPods);
      conditions = Absent.list(conditions);
    }
  }

  boolean selects(Map<String, String> labels) {
    return spec.selector() != null && spec.selector().matches(labels);
  }
}
