package dev.ballast.app.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.core.resource.ResourceType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * While it is asked to hold: so many pods of an app are ready and stay, and its ReplicaSets want no
 * more than so many. What a rollout promises by maxUnavailable and maxSurge, and evictions by a
 * budget.
 */
final class Availability implements Rule {

  private enum Pod {
    READY,
    NOT_READY
  }

  private final String app;
  private final Map<String, Pod> pods = new HashMap<>();
  private final Map<String, Integer> wanted = new HashMap<>();
  private int least;
  private int most = Integer.MAX_VALUE;

  Availability(String app) {
    this.app = app;
  }

  void hold(int atLeast, int atMost) {
    least = atLeast;
    most = atMost;
  }

  void release() {
    hold(0, Integer.MAX_VALUE);
  }

  @Override
  public void committed(Commit commit, Consumer<String> broken) {
    commit.changes().stream()
        .filter(c -> c.object().at("/metadata/labels/app").asText().equals(app))
        .forEach(this::follow);
    long ready = pods.values().stream().filter(Pod.READY::equals).count();
    int sum = wanted.values().stream().mapToInt(Integer::intValue).sum();
    if (ready < least || sum > most) {
      broken.accept(
          "at revision %d %d of %d pods of %s are ready, its sets want %d: at least %d, at most %d"
              .formatted(commit.revision(), ready, pods.size(), app, sum, least, most));
    }
  }

  private void follow(Change change) {
    if (Invariants.is(change, ResourceType.REPLICA_SETS)) {
      wanted.remove(change.uid());
      if (!change.gone()) {
        wanted.put(change.uid(), change.object().at("/spec/replicas").asInt());
      }
    } else if (Invariants.is(change, ResourceType.PODS)) {
      pods.remove(change.uid());
      if (!change.gone() && !change.deleting() && !change.isTerminal()) {
        pods.put(change.uid(), isReady(change.object()) ? Pod.READY : Pod.NOT_READY);
      }
    }
  }

  private static boolean isReady(JsonNode pod) {
    for (JsonNode condition : pod.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }
}
