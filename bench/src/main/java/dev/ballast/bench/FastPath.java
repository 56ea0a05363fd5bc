package dev.ballast.bench;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.solve.Following;
import dev.ballast.planner.solve.PlacementSolver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * The fast path on a cluster: one pod comes, is planned, is in the snapshot, and goes, every few
 * milliseconds. How long each takes from its document to its plan in the snapshot. One thread.
 */
final class FastPath {

  private static final long PAUSE_MILLIS = 5;

  private final ClusterSnapshot snapshot;
  private final PlacementSolver solver;
  private final IntFunction<Document> pods;
  private final Precedence precedence;
  private final List<PodView> waiting = new ArrayList<>();
  private long revision = 1L << 32;
  private int number;

  /**
   * @param snapshot of the cluster, not used by anybody else from now on
   * @param pods a waiting pod of that number
   * @param precedence taken while it plans, as by the server's planner
   */
  FastPath(ClusterSnapshot snapshot, IntFunction<Document> pods, Precedence precedence) {
    this.precedence = precedence;
    this.snapshot = snapshot;
    this.solver = new PlacementSolver(snapshot);
    this.pods = pods;
    snapshot.listener(new Following(solver, waiting::add));
    snapshot.nodes().forEach(solver::nodeChanged);
  }

  /** Nanoseconds of each decision, until told to stop. */
  List<Long> run(BooleanSupplier goOn) throws InterruptedException {
    List<Long> nanos = new ArrayList<>();
    while (goOn.getAsBoolean()) {
      Document pod = pods.apply(number++);
      long began = System.nanoTime();
      precedence.begin();
      snapshot.podChanged(pod.key(), pod.as(Pod.class), revision++);
      Plan plan = solver.plan(List.copyOf(waiting), revision);
      waiting.clear();
      for (Plan.Binding binding : plan.bindings()) {
        snapshot.podBound(binding, revision);
      }
      precedence.end();
      nanos.add(System.nanoTime() - began);
      snapshot.podRemoved(pod.key());
      Thread.sleep(PAUSE_MILLIS);
    }
    return nanos;
  }
}
