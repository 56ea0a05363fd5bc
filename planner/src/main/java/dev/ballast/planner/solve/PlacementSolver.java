package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import org.optaplanner.core.api.solver.Solver;
import org.optaplanner.core.api.solver.SolverFactory;
import org.optaplanner.core.config.phase.custom.CustomPhaseConfig;
import org.optaplanner.core.config.score.director.ScoreDirectorFactoryConfig;
import org.optaplanner.core.config.solver.EnvironmentMode;
import org.optaplanner.core.config.solver.SolverConfig;

/**
 * Decides where a batch of waiting pods goes: snapshot in, {@link Plan} out, the snapshot
 * unchanged.
 *
 * <p>Tell it of every change of the snapshot ({@link #nodeChanged}, {@link #usageChanged}); its
 * index follows, and a solve costs about log(nodes) per pod. The solver is built once: that takes
 * tens of milliseconds. One thread, the snapshot's.
 */
public final class PlacementSolver {

  private final ClusterSnapshot snapshot;
  private final FreeIndex index;
  private final Solver<Placement> solver;
  private List<NodeState> nodes;

  public PlacementSolver(ClusterSnapshot snapshot) {
    this(snapshot, EnvironmentMode.REPRODUCIBLE);
  }

  /**
   * @param mode how much OptaPlanner checks of us; FULL_ASSERT in tests
   */
  PlacementSolver(ClusterSnapshot snapshot, EnvironmentMode mode) {
    this.snapshot = snapshot;
    this.index = new FreeIndex(snapshot);
    this.solver = SolverFactory.<Placement>create(config(mode)).buildSolver();
  }

  private SolverConfig config(EnvironmentMode mode) {
    return new SolverConfig()
        .withSolutionClass(Placement.class)
        .withEntityClasses(Assignment.class)
        .withEnvironmentMode(mode)
        .withScoreDirectorFactory(
            new ScoreDirectorFactoryConfig()
                .withIncrementalScoreCalculatorClass(PlacementScore.class))
        .withPhases(
            new CustomPhaseConfig().withCustomPhaseCommandList(List.of(new Construction(index))));
  }

  /** See {@link ClusterSnapshot.Listener#nodeChanged}. */
  public void nodeChanged(NodeState node) {
    index.nodeChanged(node);
    nodes = null;
  }

  /** See {@link ClusterSnapshot.Listener#usageChanged}. */
  public void usageChanged(NodeState node) {
    index.usageChanged(node);
  }

  /**
   * @param revision the revision that the snapshot shows
   */
  public Plan plan(List<PodView> pods, long revision) {
    List<Assignment> placed = new ArrayList<>();
    List<PodView> unplaced = new ArrayList<>();
    for (Assignment assignment : solve(pods).getAssignments()) {
      if (assignment.getNode() == null) {
        unplaced.add(assignment.pod());
      } else {
        placed.add(assignment);
      }
    }
    Refusals refusals = new Refusals(snapshot, unplaced.isEmpty() ? List.of() : placed);
    return Plan.of(
        revision,
        placed.stream()
            .map(one -> new Plan.Binding(one.pod().ref(), one.getNode().name()))
            .toList(),
        unplaced.stream().map(refusals::explain).toList());
  }

  Placement solve(List<PodView> pods) {
    Map<Integer, Long> weights = Weights.byPriority(pods);
    List<Assignment> assignments =
        pods.stream().map(pod -> new Assignment(pod, weights.get(pod.priority()), null)).toList();
    if (nodes == null) {
      nodes = index.nodes();
    }
    return solver.solve(new Placement(assignments, nodes, (HardMediumSoftLongScore) null));
  }
}
