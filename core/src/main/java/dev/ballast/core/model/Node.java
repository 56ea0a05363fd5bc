package dev.ballast.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine, as the planner and the node life cycle see it. */
public record Node(ObjectMeta metadata, Spec spec, Status status) {

  public Node {
    spec = spec == null ? new Spec(false, null, null) : spec;
    status = status == null ? new Status(null, null, null) : status;
  }

  public record Spec(boolean unschedulable, List<Taint> taints, String providerID) {
    public Spec {
      taints = Absent.list(taints);
      providerID = Absent.text(providerID);
    }
  }

  /** Quantities stay text; {@code dev.ballast.core.quantity} reads them. */
  public record Status(
      Map<String, String> capacity, Map<String, String> allocatable, List<Condition> conditions) {
    public Status {
      capacity = Absent.map(capacity);
      allocatable = Absent.map(allocatable);
      conditions = Absent.list(conditions);
    }
  }

  /** {@code effect} is NoSchedule, PreferNoSchedule or NoExecute. */
  public record Taint(String key, String value, String effect, String timeAdded) {
    public Taint {
      key = Absent.text(key);
      value = Absent.text(value);
      effect = Absent.text(effect);
      timeAdded = Absent.text(timeAdded);
    }
  }

  public Optional<Condition> condition(String type) {
    return status.conditions().stream().filter(c -> c.type().equals(type)).findFirst();
  }
}
