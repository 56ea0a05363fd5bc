package dev.ballast.control.plan;

import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.workload.Moves;
import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.PodRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod, as far as placement goes. Immutable.
 *
 * @param revision the version this was read from
 * @param node where it is bound; "" while it waits
 * @param created creationTimestamp, in seconds since 1970; {@link Rfc3339#ABSENT} where there is
 *     none
 * @param terminal it ended and uses nothing any more
 * @param deleting it is being deleted, and uses its capacity until it is gone
 * @param started status.startTime, in seconds since 1970; {@link Rfc3339#ABSENT} before that
 * @param nominatedNode where room is being made for it; "" for nowhere
 * @param preempts it may push out pods of lower priority
 * @param gang the pod group it is of, as {@code namespace/name}; "" for none
 * @param devices the numbers of the GPU devices it has
 * @param waiting it is not bound, and nothing (scheduling gates, deletion) holds it back
 * @param replaces the pod whose place it is to take, or took
 */
public record PodView(
    PodRef ref,
    long revision,
    PodShape shape,
    int priority,
    String schedulerName,
    String node,
    long created,
    boolean terminal,
    boolean deleting,
    long started,
    String nominatedNode,
    boolean preempts,
    String gang,
    List<Integer> devices,
    boolean waiting,
    Tie tie,
    Optional<PodRef> replaces) {

  /** Whether a pod may be moved to another node by creating it there first. */
  public enum Tie {
    /** Its ReplicaSet takes any other pod of its kind for it. */
    REPLACEABLE,
    /** It asked not to be disturbed. */
    UNDISTURBED,
    /** Nobody would take another pod for it, or what it has cannot be had twice. */
    OWN
  }

  private static final String DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt";
  private static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";

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
        pod.spec().nodeName().intern(),
        Rfc3339.seconds(pod.metadata().creationTimestamp()),
        pod.isTerminal(),
        pod.metadata().isDeleting(),
        Rfc3339.seconds(pod.status().startTime()),
        pod.status().nominatedNodeName(),
        !pod.spec().preemptionPolicy().equals("Never"),
        gang(pod),
        DeviceAnnotation.devices(pod.metadata().annotations()),
        waiting,
        tie(pod, shape),
        Moves.replaced(pod));
  }

  private static Tie tie(Pod pod, PodShape shape) {
    Map<String, String> annotations = pod.metadata().annotations();
    if ("true".equals(annotations.get(DO_NOT_DISRUPT))
        || "false".equals(annotations.get(SAFE_TO_EVICT))) {
      return Tie.UNDISTURBED;
    }
    boolean replaceable =
        pod.metadata().controller().filter(one -> one.kind().equals("ReplicaSet")).isPresent()
            && pod.metadata().finalizers().isEmpty()
            && shape.gpu().isNone()
            && shape.claims().isEmpty();
    return replaceable ? Tie.REPLACEABLE : Tie.OWN;
  }

  /** It would wait if it had no scheduling gates. */
  public boolean gated() {
    return !waiting && node.isEmpty() && !terminal && !deleting;
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
        false,
        tie,
        replaces);
  }

  /** The same pod with an equal shape. */
  PodView withShape(PodShape equal) {
    return new PodView(
        ref,
        revision,
        equal,
        priority,
        schedulerName,
        node,
        created,
        terminal,
        deleting,
        started,
        nominatedNode,
        preempts,
        gang,
        devices,
        waiting,
        tie,
        replaces);
  }

  private static String gang(Pod pod) {
    String name = pod.metadata().labels().get(GangView.LABEL);
    return name == null ? "" : pod.metadata().namespace() + "/" + name;
  }

  public boolean usesCapacity() {
    return !node.isEmpty() && !terminal;
  }
}
