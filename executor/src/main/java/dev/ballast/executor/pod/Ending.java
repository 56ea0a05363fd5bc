package dev.ballast.executor.pod;

import dev.ballast.core.container.ContainerState;
import dev.ballast.core.time.Now;
import dev.ballast.executor.manifest.ContainerManifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How pods end: containers first, then sidecars from the last to the first, then the sandbox. */
final class Ending {

  private Ending() {}

  /** The pod is deleted: leave nothing behind. */
  static void terminate(PodSnapshot snapshot, PodView view, Now now, PlanBuilder plan) {
    Instant since = snapshot.terminatingSince().orElse(now.wall());
    long left =
        Math.max(0, snapshot.graceSeconds() - Duration.between(since, now.wall()).toSeconds());
    if (stopAll(snapshot, view, left, "Stopping container ", plan)) {
      if (left > 0) {
        plan.checkAgain(Duration.ofSeconds(left));
      }
      return;
    }
    view.instances().forEach(instance -> plan.add(new PodAction.Remove(instance)));
    view.sandboxes().forEach(sandbox -> plan.add(new PodAction.Remove(sandbox)));
    plan.add(new PodAction.Finish());
  }

  /** The pod has ended: nothing runs on, but what ran stays for its logs. */
  static void settle(PodSnapshot snapshot, PodView view, long grace, PlanBuilder plan) {
    if (!stopAll(snapshot, view, grace, "Stopping container ", plan)) {
      view.sandboxes().forEach(sandbox -> plan.add(new PodAction.Remove(sandbox)));
    }
  }

  /** Begins to stop what runs; true while anything still does. */
  static boolean stopAll(
      PodSnapshot snapshot, PodView view, long grace, String why, PlanBuilder plan) {
    List<ContainerState> running = view.running();
    List<String> sidecars = new ArrayList<>(sidecars(snapshot));
    Set<String> late = Set.copyOf(sidecars);
    List<ContainerState> first =
        running.stream().filter(each -> !late.contains(each.container())).toList();
    if (!first.isEmpty()) {
      first.forEach(each -> stop(snapshot, each, grace, why + each.container(), plan));
      if (grace == 0) {
        running.forEach(each -> stop(snapshot, each, 0, why + each.container(), plan));
      }
      return true;
    }
    for (String sidecar : sidecars.reversed()) {
      List<ContainerState> left =
          running.stream().filter(each -> each.container().equals(sidecar)).toList();
      if (!left.isEmpty()) {
        left.forEach(each -> stop(snapshot, each, grace, why + sidecar, plan));
        return true;
      }
    }
    return false;
  }

  /** Once per instance, and again only to hasten. */
  static void stop(
      PodSnapshot snapshot, ContainerState instance, long grace, String why, PlanBuilder plan) {
    Long before = snapshot.stopping().get(instance.id());
    if (before == null) {
      plan.add(new PodAction.Stop(instance, grace, why));
    } else if (grace == 0 && before > 0) {
      plan.add(new PodAction.Stop(instance, 0, ""));
    }
  }

  static List<String> sidecars(PodSnapshot snapshot) {
    return snapshot.pod().spec().initContainers().stream()
        .filter(ContainerManifest::restartsAlways)
        .map(ContainerManifest::name)
        .collect(Collectors.toList());
  }
}
