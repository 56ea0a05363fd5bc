package dev.ballast.control.plan;

import dev.ballast.core.model.ObjectMeta;

/** A PodGroup of scheduling.x-k8s.io: its pods start together or not at all. */
public record GangView(ObjectMeta metadata, Spec spec) {

  /** The label by which a pod names its group, in its own namespace. */
  public static final String LABEL = "scheduling.x-k8s.io/pod-group";

  public GangView {
    spec = spec == null ? new Spec(0) : spec;
  }

  /**
   * @param minMember so many must have a place, or none gets one
   */
  public record Spec(int minMember) {}
}
