package dev.ballast.control.plan;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.placement.PodIdentity;
import dev.ballast.core.selector.LabelSelector;
import java.util.Map;

/** A PodDisruptionBudget, as far as preemption asks. No selector selects nothing. */
public record BudgetView(ObjectMeta metadata, Spec spec, Status status) {

  public BudgetView {
    spec = spec == null ? new Spec(null) : spec;
    status = status == null ? new Status(0, null) : status;
  }

  public record Spec(LabelSelector selector) {}

  /**
   * @param disruptionsAllowed how many pods may go now
   * @param disruptedPods by pod name: when its going was granted; they are counted already
   */
  public record Status(int disruptionsAllowed, Map<String, String> disruptedPods) {
    public Status {
      disruptedPods = Absent.map(disruptedPods);
    }
  }

  public boolean covers(PodIdentity pod) {
    return metadata.namespace().equals(pod.namespace())
        && spec.selector() != null
        && spec.selector().matches(pod.labels());
  }
}
