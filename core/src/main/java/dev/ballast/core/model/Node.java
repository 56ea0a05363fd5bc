package dev.ballast.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine, as the planner and the node life cycle see it. */
public record Node(ObjectMeta metadata, Spec spec, Status status) {

  public Node {
    spec = spec == null ? Spec.PLAIN : spec;
    status = status == null ? new Status(null, null, null, null) : status;
  }

  public record Spec(boolean unschedulable, List<Taint> taints, String providerID) {

    public static final Spec PLAIN = new Spec(false, null, null);

    public Spec {
      taints = Absent.list(taints);
      providerID = Absent.text(providerID);
    }
  }

  /** Quantities stay text; {@code dev.ballast.core.quantity} reads them. */
  public record Status(
      Map<String, String> capacity,
      Map<String, String> allocatable,
      List<Condition> conditions,
      List<Image> images) {
    public Status {
      images = Absent.list(images);
      capacity = Absent.map(capacity);
      allocatable = Absent.map(allocatable);
      conditions = Absent.list(conditions);
    }
  }

  /** An image on the node, under all its names. */
  public record Image(List<String> names, long sizeBytes) {
    public Image {
      names = Absent.list(names);
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
