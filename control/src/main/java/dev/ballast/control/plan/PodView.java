package dev.ballast.control.plan;

import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.PodRef;
import java.util.List;

/**
 * A pod, as far as placement goes. Immutable.
 *
 * @param revision the version this was read from
 * @param node where it is bound; "" while it waits
 * @param created creationTimestamp, RFC 3339
 * @param terminal it ended and uses nothing any more
 * @param deleting it is being deleted, and uses its capacity until it is gone
 * @param started status.startTime, RFC 3339; "" before that
 * @param nominatedNode where room is being made for it; "" for nowhere
 * @param preempts it may push out pods of lower priority
 * @param gang the pod group it is of, as {@code namespace/name}; "" for none
 * @param devices the numbers of the GPU devices it has
 * @param waiting it is not bound, and nothing (scheduling gates, deletion) holds it back
 */
public record PodView(
    PodRef ref,
    long revision,
    PodShape shape,
    int priority,
    String schedulerName,
    String node,
    String created,
    boolean terminal,
    boolean deleting,
    String started,
    String nominatedNode,
    boolean preempts,
    String gang,
    List<Integer> devices,
    boolean waiting) {

  static PodView of(PodRef ref, Pod pod, long revision, PodShape shape) {
    boolean waiting =
        !pod.isBound()
            && !pod.isTerminal()
            && !pod.metadata().isDeleting()
            && pod.spec().schedulingGates().isEmpty();
    return new PodView(
        ref,
        revision,
        shape,
        pod.spec().priority() == null ? 0 : pod.spec().priority(),
        pod.spec().schedulerName(),
        pod.spec().nodeName(),
        pod.metadata().creationTimestamp(),
        pod.isTerminal(),
        pod.metadata().isDeleting(),
        pod.status().startTime(),
        pod.status().nominatedNodeName(),
        !pod.spec().preemptionPolicy().equals("Never"),
        gang(pod),
        DeviceAnnotation.devices(pod.metadata().annotations()),
        waiting);
  }

  /** The same pod once bound by the commit at that revision. */
  PodView boundTo(String newNode, List<Integer> newDevices, long newRevision) {
    return new PodView(
        ref,
        newRevision,
        shape,
        priority,
        schedulerName,
        newNode,
        created,
        terminal,
        deleting,
        started,
        nominatedNode,
        preempts,
        gang,
        newDevices,
        false);
  }

  private static String gang(Pod pod) {
    String name = pod.metadata().labels().get(GangView.LABEL);
    return name == null ? "" : pod.metadata().namespace() + "/" + name;
  }

  public boolean usesCapacity() {
    return !node.isEmpty() && !terminal;
  }
}
