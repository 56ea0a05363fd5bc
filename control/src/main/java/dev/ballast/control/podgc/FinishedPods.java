package dev.ballast.control.podgc;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Index;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.Reconciler;
import dev.ballast.control.runner.Trigger;
import dev.ballast.core.action.Action;
import dev.ballast.core.action.Decision;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.time.Now;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Deletes the oldest Succeeded and Failed pods beyond a number. Pure but for its wiring. */
public final class FinishedPods implements Reconciler<List<Cached<Pod>>> {

  private static final ObjectKey ALL = ObjectKey.cluster(ResourceType.PODS, "*");
  private static final int BURST = 500;

  private static final Index<Pod> FINISHED =
      new Index<>("finished", pod -> pod.value().isTerminal() ? List.of("") : List.of());

  private final int kept;

  private FinishedPods(int kept) {
    this.kept = kept;
  }

  /**
   * @param kept so many finished pods stay; Kubernetes' default is 12500
   */
  public static Controller<?> controller(Informers informers, int kept) {
    Informer<Pod> pods = informers.of(ResourceType.PODS, Pod.class);
    return new Controller<List<Cached<Pod>>>(
        "pod_gc",
        "pod-garbage-collector",
        List.of(new Trigger<>(pods, (b, a) -> ends(b, a) ? List.of(ALL) : List.of())),
        (key, refusal) -> Optional.of(pods.find(FINISHED, "")),
        new FinishedPods(kept),
        1,
        Duration.ofMinutes(5));
  }

  private static boolean ends(Optional<Cached<Pod>> before, Optional<Cached<Pod>> after) {
    return after.isPresent()
        && after.get().value().isTerminal()
        && (before.isEmpty() || !before.get().value().isTerminal());
  }

  @Override
  public Decision<Action> reconcile(List<Cached<Pod>> finished, Now now) {
    return Decision.of(
        finished.stream()
            .sorted(
                Comparator.<Cached<Pod>, String>comparing(
                        pod -> pod.value().metadata().creationTimestamp())
                    .thenComparing(Cached::key))
            .limit(Math.min(BURST, Math.max(0, finished.size() - kept)))
            .map(FinishedPods::delete)
            .toList());
  }

  private static Action delete(Cached<Pod> pod) {
    return new Action.Delete(
        pod.key(),
        new DeleteOptions(pod.value().metadata().uid(), 0, DeleteOptions.Propagation.BACKGROUND));
  }
}
