package dev.ballast.executor.pod;

import dev.ballast.core.action.Action.EventType;
import dev.ballast.executor.manifest.ContainerManifest;
import dev.ballast.executor.pod.PodPlan.Verdict;
import dev.ballast.executor.pod.PodPlan.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects one decision; lives within one call. */
final class PlanBuilder {

  private final List<PodAction> actions = new ArrayList<>();
  private final Map<String, Waiting> waiting = new HashMap<>();
  private Verdict verdict;
  private Duration checkAgain;

  void add(PodAction action) {
    actions.add(action);
  }

  void warn(String reason, String message) {
    actions.add(new PodAction.Tell(EventType.WARNING, reason, message));
  }

  void waiting(String container, String reason, String message) {
    waiting.put(container, new Waiting(reason, message));
  }

  void verdict(String reason, String message) {
    verdict = new Verdict(reason, message);
  }

  void checkAgain(Duration after) {
    if (checkAgain == null || after.compareTo(checkAgain) < 0) {
      checkAgain = after;
    }
  }

  boolean starts(ContainerManifest container) {
    return actions.stream()
        .anyMatch(a -> a instanceof PodAction.Start start && start.container().equals(container));
  }

  PodPlan build() {
    return new PodPlan(
        actions, waiting, Optional.ofNullable(verdict), Optional.ofNullable(checkAgain));
  }
}
