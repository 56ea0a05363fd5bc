package dev.ballast.control.plan;

import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the accounts of one process know of pods and nodes, each version once: planner, applier,
 * adviser and optimiser each keep a snapshot of their own, at a revision of their own, but a pod
 * that two of them show at the same version is one {@link PodView}. So an account more costs a
 * reference a pod. They also number resources alike, since shapes hold amounts by number.
 *
 * <p>Holds the newest version that anybody met, until somebody hears that it is gone. Missing here
 * costs memory, never truth: whoever finds nothing decodes for itself. Thread-safe; what it gives
 * out is immutable.
 */
public final class PodViews {

  private record Sighted(long revision, Node node) {}

  private final ResourceNames names = new ResourceNames();
  private final Map<ObjectKey, PodView> pods = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Sighted> nodes = new ConcurrentHashMap<>();
  private final Map<PodShape, PodShape> shapes = new ConcurrentHashMap<>();

  ResourceNames names() {
    return names;
  }

  /** How many pods are held. */
  int size() {
    return pods.size();
  }

  /** The pod in the version of the document. */
  PodView pod(Document document) {
    PodView known = pods.get(document.key());
    if (known != null && known.revision() == document.revision()) {
      return known;
    }
    return keep(view(document.key(), document.as(Pod.class), document.revision()));
  }

  /** The view of a pod that need not be in the store: nobody else will ask for it. */
  PodView view(ObjectKey key, Pod pod, long revision) {
    PodRef ref = new PodRef(key, pod.metadata().uid());
    return PodView.of(ref, pod, revision, one(PodShape.of(pod, names)));
  }

  /** The pod once bound by the commit at that revision, of which several accounts hear. */
  PodView bound(PodView before, Plan.Binding binding, long revision) {
    PodView known = pods.get(before.ref().key());
    if (known != null && known.revision() == revision && known.ref().equals(before.ref())) {
      return known;
    }
    return keep(before.boundTo(binding.node(), binding.devices(), revision));
  }

  /** The node in the version of the document. */
  Node node(Document document) {
    Sighted known = nodes.get(document.key());
    if (known != null && known.revision() == document.revision()) {
      return known.node();
    }
    Sighted met = new Sighted(document.revision(), document.as(Node.class));
    nodes.merge(document.key(), met, (one, other) -> newer(one, other));
    return met.node();
  }

  /** It was gone at that revision. */
  void gone(ObjectKey key, long revision) {
    pods.computeIfPresent(key, (k, known) -> known.revision() > revision ? known : null);
    nodes.computeIfPresent(key, (k, known) -> known.revision() > revision ? known : null);
  }

  /** What is older than the revision is gone unless it is among these, which were there then. */
  void retain(Set<ObjectKey> keys, long revision) {
    pods.values().removeIf(one -> one.revision() <= revision && !keys.contains(one.ref().key()));
    nodes
        .entrySet()
        .removeIf(one -> one.getValue().revision() <= revision && !keys.contains(one.getKey()));
  }

  private PodView keep(PodView met) {
    PodView newest =
        pods.merge(
            met.ref().key(), met, (one, other) -> other.revision() > one.revision() ? other : one);
    // Two that decoded at the same time agree on the first.
    return newest.revision() == met.revision() ? newest : met;
  }

  private static Sighted newer(Sighted one, Sighted other) {
    return other.revision() > one.revision() ? other : one;
  }

  private PodShape one(PodShape shape) {
    if (shapes.size() > 2 * pods.size() + 1024) {
      Set<PodShape> used = Collections.newSetFromMap(new IdentityHashMap<>());
      pods.values().forEach(pod -> used.add(pod.shape()));
      shapes.keySet().retainAll(used);
    }
    PodShape known = shapes.putIfAbsent(shape, shape);
    return known == null ? shape : known;
  }
}
