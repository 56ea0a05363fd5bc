package dev.ballast.control.workload;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.PodRef;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pods on the move: a replacement is created on another node and names the pod that it replaces;
 * that one goes once the replacement is ready. While both are there the replacement is no replica
 * yet, so its controller neither counts it nor makes up for the other; when the other is gone, or
 * on its way out, it takes its place. Pure.
 */
public final class Moves {

  /** Annotation of a replacement: the name of the pod that it replaces. */
  public static final String REPLACES = "ballast.dev/replaces";

  /** Annotation of a replacement: the uid of the pod that it replaces. */
  public static final String REPLACES_UID = "ballast.dev/replaces-uid";

  private Moves() {}

  /** The pod that this one is to replace, or has replaced. */
  public static Optional<PodRef> replaced(Pod pod) {
    String name = pod.metadata().annotations().get(REPLACES);
    String uid = pod.metadata().annotations().get(REPLACES_UID);
    return name == null || uid == null
        ? Optional.empty()
        : Optional.of(PodRef.of(pod.metadata().namespace(), name, uid));
  }

  /**
   * Those that stand in for another one of these.
   *
   * @param active the pods of one owner that neither ended nor are on their way out
   */
  public static Set<Cached<Pod>> standIns(List<Cached<Pod>> active) {
    Set<String> uids = new HashSet<>();
    Set<Cached<Pod>> found = new HashSet<>();
    for (Cached<Pod> pod : active) {
      String uid = pod.value().metadata().annotations().get(REPLACES_UID);
      if (uid != null) {
        if (uids.isEmpty()) {
          active.forEach(one -> uids.add(one.value().metadata().uid()));
        }
        if (uids.contains(uid) && !uid.equals(pod.value().metadata().uid())) {
          found.add(pod);
        }
      }
    }
    return found;
  }
}
