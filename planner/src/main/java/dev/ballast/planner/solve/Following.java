package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import java.util.function.Consumer;

/**
 * A solver that follows a snapshot of its own: every change of a node reaches it, and waiting pods
 * go where its owner wants them. One thread, the snapshot's.
 */
public record Following(PlacementSolver solver, Consumer<PodView> waits)
    implements ClusterSnapshot.Listener {

  /** For one who asks about pods himself. */
  public Following(PlacementSolver solver) {
    this(solver, pod -> {});
  }

  @Override
  public void nodeChanged(NodeState node) {
    solver.nodeChanged(node);
  }

  @Override
  public void usageChanged(NodeState node, boolean freed) {
    solver.usageChanged(node);
  }

  @Override
  public void podWaits(PodView pod) {
    waits.accept(pod);
  }

  @Override
  public void podLeft(PodView pod) {}
}
