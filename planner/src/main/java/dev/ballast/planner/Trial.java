package dev.ballast.planner;

import dev.ballast.control.plan.ClusterFeed;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.planner.solve.Following;
import dev.ballast.planner.solve.PlacementSolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The plan that pods would get which nobody created.
 *
 * @param pods as the plan names them, in the order in which they were asked about
 * @param heldBack pods that are not to be planned, and why
 */
public record Trial(List<PodRef> pods, Plan plan, Map<PodRef, String> heldBack) {

  public Trial {
    pods = List.copyOf(pods);
    heldBack = Map.copyOf(heldBack);
  }

  /** On an account of its own, made for it: where no planner runs. Costs a list of everything. */
  public static Trial on(ResourceStore store, List<Pod> pods) {
    ClusterSnapshot snapshot = new ClusterSnapshot();
    PlacementSolver solver = new PlacementSolver(snapshot);
    snapshot.listener(new Following(solver));
    try (ClusterFeed feed = new ClusterFeed(store, snapshot, () -> {})) {
      return on(snapshot, solver, pods, feed.drain());
    }
  }

  /** The snapshot is afterwards as it was before; its listener hears of the pods meanwhile. */
  static Trial on(ClusterSnapshot snapshot, PlacementSolver solver, List<Pod> pods, long revision) {
    List<ObjectKey> keys = new ArrayList<>();
    List<PodRef> refs = new ArrayList<>();
    List<PodView> waiting = new ArrayList<>();
    Map<PodRef, String> heldBack = new HashMap<>();
    try {
      for (Pod pod : pods) {
        // No pod that is there has such a name, and it tells siblings apart.
        String name = pod.metadata().name() + " (" + keys.size() + ")";
        ObjectKey key = new ObjectKey(ResourceType.PODS, pod.metadata().namespace(), name);
        keys.add(key);
        snapshot.podChanged(key, pod, 1);
        PodView view = snapshot.pod(key).orElseThrow();
        refs.add(view.ref());
        if (!view.waiting()) {
          heldBack.put(view.ref(), "Scheduling is blocked due to non-empty scheduling gates");
        } else if (snapshot.profiles().of(view.schedulerName()).isEmpty()) {
          heldBack.put(
              view.ref(), "there is no SchedulingProfile of scheduler " + view.schedulerName());
        } else {
          waiting.add(view);
        }
      }
      return new Trial(refs, solver.tryOut(waiting, revision), heldBack);
    } finally {
      keys.forEach(snapshot::podRemoved);
    }
  }
}
