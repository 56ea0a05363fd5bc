package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * No ReplicaSet ever has more pods at work than it was ever asked for, and no Job more than its
 * parallelism: what a controller has written and does not see yet, it does not write again. A pod
 * that stands in for another one that is still there is not one more.
 */
final class NoSurplus implements Rule {

  /** By uid of the owner. */
  private final Map<String, Integer> most = new HashMap<>();

  /** By uid of the owner: by uid of the pod, the uid of the one that it replaces. */
  private final Map<String, Map<String, String>> pods = new HashMap<>();

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    for (Change change : commit.changes()) {
      JsonNode spec = change.object().path("spec");
      if (Invariants.is(change, ResourceType.REPLICA_SETS)) {
        most.merge(change.uid(), spec.path("replicas").asInt(), Math::max);
      } else if (Invariants.is(change, ResourceType.JOBS)) {
        most.merge(change.uid(), spec.path("parallelism").asInt(), Math::max);
      } else if (Invariants.is(change, ResourceType.PODS)) {
        follow(change, broken);
      }
    }
  }

  private void follow(Change change, Consumer<String> broken) {
    String owner = change.object().at("/metadata/ownerReferences/0/uid").asText();
    Map<String, String> siblings = pods.computeIfAbsent(owner, uid -> new HashMap<>());
    siblings.remove(change.uid());
    if (!change.gone() && !change.deleting() && !change.isTerminal()) {
      siblings.put(
          change.uid(),
          change.object().at("/metadata/annotations/ballast.dev~1replaces-uid").asText());
    }
    long count = siblings.values().stream().filter(uid -> !siblings.containsKey(uid)).count();
    if (count > most.getOrDefault(owner, Integer.MAX_VALUE)) {
      broken.accept("more pods than were asked for: " + siblings + ", last " + change.key());
    }
  }
}
