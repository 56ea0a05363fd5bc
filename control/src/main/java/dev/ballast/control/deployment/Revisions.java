package dev.ballast.control.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.resource.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The history of templates, kept in annotations as kubectl's {@code rollout history} and {@code
 * undo} read it. Pure.
 */
final class Revisions {

  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAXIMUM = "deployment.kubernetes.io/max-replicas";

  /** These belong to one object and are not handed on. */
  private static final List<String> OWN =
      List.of(
          REVISION,
          HISTORY,
          DESIRED,
          MAXIMUM,
          "kubectl.kubernetes.io/last-applied-configuration",
          "deprecated.deployment.rollback.to");

  private Revisions() {}

  static long of(ObjectMeta metadata) {
    try {
      return Long.parseLong(metadata.annotations().getOrDefault(REVISION, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** What the new set's revision has to be: above all old ones. */
  static long next(Collection<Cached<ReplicaSet>> old) {
    return old.stream().mapToLong(set -> of(set.value().metadata())).max().orElse(0) + 1;
  }

  /** Annotations of a new set. */
  static Map<String, String> annotations(Deployment deployment, long revision) {
    Map<String, String> annotations = new TreeMap<>(handedOn(deployment));
    annotations.put(REVISION, Long.toString(revision));
    annotations.putAll(sizes(Limits.of(deployment)));
    return annotations;
  }

  /**
   * What the new set lacks of its annotations, as a merge patch of them; empty when all is well.
   */
  static ObjectNode missing(Deployment deployment, ReplicaSet set, long revision) {
    ObjectNode patch = Json.object();
    Map<String, String> has = set.metadata().annotations();
    handedOn(deployment)
        .forEach(
            (key, value) -> {
              if (!value.equals(has.get(key))) {
                patch.put(key, value);
              }
            });
    long own = of(set.metadata());
    if (own < revision) {
      patch.put(REVISION, Long.toString(revision));
      if (own > 0) {
        String history = has.getOrDefault(HISTORY, "");
        patch.put(HISTORY, history.isEmpty() ? "" + own : history + "," + own);
      }
    }
    return patch;
  }

  /** The sizes that the Deployment had when a set was last sized. */
  static Map<String, String> sizes(Limits limits) {
    return Map.of(DESIRED, "" + limits.replicas(), MAXIMUM, "" + limits.maxTotal());
  }

  private static Map<String, String> handedOn(Deployment deployment) {
    Map<String, String> annotations = new TreeMap<>(deployment.metadata().annotations());
    annotations.keySet().removeAll(OWN);
    return annotations;
  }

  /** Empty old sets beyond the history limit, oldest revision first. */
  static List<Cached<ReplicaSet>> surplus(Deployment deployment, List<Cached<ReplicaSet>> old) {
    List<Cached<ReplicaSet>> empty =
        old.stream()
            .filter(set -> isEmpty(set.value()))
            .sorted(Comparator.comparingLong(set -> of(set.value().metadata())))
            .toList();
    int kept = deployment.spec().revisionHistoryLimit();
    return empty.subList(0, Math.max(0, empty.size() - kept));
  }

  private static boolean isEmpty(ReplicaSet set) {
    return set.spec().replicas() == 0
        && set.status().replicas() == 0
        && set.status().observedGeneration() >= set.metadata().generation()
        && !set.metadata().isDeleting();
  }
}
