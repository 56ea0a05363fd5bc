package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;
import org.optaplanner.core.api.solver.Solver;
import org.optaplanner.core.api.solver.SolverFactory;
import org.optaplanner.core.config.heuristic.selector.move.factory.MoveIteratorFactoryConfig;
import org.optaplanner.core.config.localsearch.LocalSearchPhaseConfig;
import org.optaplanner.core.config.localsearch.decider.acceptor.LocalSearchAcceptorConfig;
import org.optaplanner.core.config.localsearch.decider.forager.LocalSearchForagerConfig;
import org.optaplanner.core.config.phase.PhaseConfig;
import org.optaplanner.core.config.phase.custom.CustomPhaseConfig;
import org.optaplanner.core.config.score.director.ScoreDirectorFactoryConfig;
import org.optaplanner.core.config.solver.EnvironmentMode;
import org.optaplanner.core.config.solver.SolverConfig;
import org.optaplanner.core.config.solver.termination.TerminationConfig;

/**
 * Decides where a batch of waiting pods goes: snapshot in, {@link Plan} out, the snapshot
 * unchanged.
 *
 * <p>Tell it of every change of the snapshot ({@link #nodeChanged}, {@link #usageChanged}); its
 * index follows, and a solve costs about log(nodes) per pod. The solver is built once: that takes
 * tens of milliseconds. One thread, the snapshot's.
 */
public final class PlacementSolver {

  /** How many relocations are tried for a batch that does not all fit: some milliseconds. */
  private static final long MOVES = 300;

  private static final HardMediumSoftLongScore ALL_PLACED =
      HardMediumSoftLongScore.of(0, 0, Long.MIN_VALUE);

  private final ClusterSnapshot snapshot;
  private final FreeIndex index;
  private final Preemptions preemptions;
  private final Solver<Placement> constructor;
  private final Solver<Placement> improver;
  private List<NodeState> nodes;

  public PlacementSolver(ClusterSnapshot snapshot) {
    this(snapshot, EnvironmentMode.REPRODUCIBLE);
  }

  /** Which pods that fit get a place. */
  public enum Admission {
    /** All, as Kubernetes has it. */
    ALL,
    /**
     * Where GPUs are scarce, a pod waits that would spoil more of a device than the pods that
     * usually come; see {@link GpuWorth}.
     */
    WORTH_ITS_PLACE
  }

  public PlacementSolver(ClusterSnapshot snapshot, Admission admission) {
    this(snapshot, EnvironmentMode.REPRODUCIBLE);
    index.admit(admission);
  }

  /**
   * @param mode how much OptaPlanner checks of us; FULL_ASSERT in tests
   */
  PlacementSolver(ClusterSnapshot snapshot, EnvironmentMode mode) {
    this.snapshot = snapshot;
    this.index = new FreeIndex(snapshot);
    this.preemptions = new Preemptions(snapshot);
    this.constructor = solver(mode, construction());
    // What a relocation frees may be just right for a third: hence construction once more.
    this.improver = solver(mode, relocation(), construction());
  }

  private CustomPhaseConfig construction() {
    return new CustomPhaseConfig()
        .withCustomPhaseCommandList(List.of(new Construction(index, snapshot)));
  }

  /** Ends by a count, not by the clock, so that a simulation repeats. */
  private static LocalSearchPhaseConfig relocation() {
    return new LocalSearchPhaseConfig()
        .withMoveSelectorConfig(
            new MoveIteratorFactoryConfig().withMoveIteratorFactoryClass(Relocations.class))
        .withAcceptorConfig(new LocalSearchAcceptorConfig().withLateAcceptanceSize(20))
        .withForagerConfig(new LocalSearchForagerConfig().withAcceptedCountLimit(1))
        .withTerminationConfig(
            new TerminationConfig()
                .withScoreCalculationCountLimit(MOVES)
                .withBestScoreLimit(ALL_PLACED.toString()));
  }

  private static Solver<Placement> solver(EnvironmentMode mode, PhaseConfig<?>... phases) {
    return SolverFactory.<Placement>create(config(mode, phases)).buildSolver();
  }

  private static SolverConfig config(EnvironmentMode mode, PhaseConfig<?>... phases) {
    return new SolverConfig()
        .withSolutionClass(Placement.class)
        .withEntityClasses(Assignment.class)
        .withEnvironmentMode(mode)
        .withScoreDirectorFactory(
            new ScoreDirectorFactoryConfig()
                .withIncrementalScoreCalculatorClass(PlacementScore.class))
        .withPhases(phases);
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
    pods.forEach(pod -> index.observe(pod.shape()));
    return tryOut(pods, revision);
  }

  /** The same for pods that are not to be learnt from. */
  public Plan tryOut(List<PodView> pods, long revision) {
    WholeGangs.Outcome outcome = new WholeGangs(snapshot, this::assignments).place(pods);
    List<Assignment> placed = new ArrayList<>();
    List<PodView> unplaced = new ArrayList<>();
    for (Assignment assignment : outcome.assignments()) {
      if (assignment.getNode() == null) {
        unplaced.add(assignment.pod());
      } else {
        placed.add(assignment);
      }
    }
    placed.sort(Comparator.comparingInt(Assignment::turn));
    List<Plan.Unplaced> reasons = new ArrayList<>(outcome.apart());
    reasons.addAll(unplaced.isEmpty() ? List.of() : explain(unplaced, placed));
    return new Plan(
        revision,
        placed.stream()
            .map(one -> new Plan.Binding(one.pod().ref(), one.getNode().name(), one.devices()))
            .toList(),
        preemptions.decide(unplaced, placed),
        List.of(),
        reasons);
  }

  private List<Assignment> assignments(List<PodView> pods) {
    return solve(pods).getAssignments();
  }

  /** Beside what is placed now: that may well be in the way. */
  private List<Plan.Unplaced> explain(List<PodView> unplaced, List<Assignment> placed) {
    Refusals refusals = new Refusals(snapshot, placed);
    placed.forEach(one -> show(one, 1));
    try {
      return unplaced.stream().map(refusals::explain).toList();
    } finally {
      placed.forEach(one -> show(one, -1));
      snapshot.volumes().forgetPromises();
    }
  }

  private void show(Assignment one, int amount) {
    snapshot.relations().reserve(one.pod().shape(), one.getNode(), amount);
    snapshot.volumes().use(one.pod().shape(), amount);
    one.getNode().devices().take(one.devices(), amount * one.pod().shape().gpu().percent());
    if (amount > 0 && !one.pod().shape().claims().isEmpty()) {
      snapshot
          .volumes()
          .choose(one.pod().shape(), one.getNode().node().orElseThrow())
          .ifPresent(snapshot.volumes()::promise);
    }
  }

  Placement solve(List<PodView> pods) {
    Map<Integer, Long> weights = Weights.byPriority(pods);
    List<Assignment> assignments =
        pods.stream()
            .map(
                pod ->
                    new Assignment(
                        pod, weights.get(pod.priority()), snapshot.profiles().weights(pod), null))
            .toList();
    if (assignments.stream().anyMatch(one -> !one.taste().onlySpreads())) {
      index.widen();
    }
    if (nodes == null) {
      nodes = index.nodes();
    }
    Placement constructed =
        constructor.solve(
            new Placement(assignments, nodes, index, snapshot.relations(), snapshot.images()));
    return mayImprove(constructed) ? improver.solve(constructed) : constructed;
  }

  /** Only pods of this batch may move: could one that is left out have the room of others? */
  private boolean mayImprove(Placement placement) {
    Set<PodShape> left = new HashSet<>();
    Map<NodeState, List<PodShape>> placed = new HashMap<>();
    for (Assignment assignment : placement.getAssignments()) {
      PodShape shape = assignment.pod().shape();
      if (!shape.claims().isEmpty()
          || !shape.gpu().isNone()
          || !snapshot.relations().bonds(shape).isNone()) {
        continue;
      }
      if (assignment.getNode() == null) {
        left.add(shape);
      } else {
        placed.computeIfAbsent(assignment.getNode(), n -> new ArrayList<>()).add(shape);
      }
    }
    // Siblings cannot gain by changing places.
    return left.stream()
        .anyMatch(
            shape ->
                placed.entrySet().stream()
                    .anyMatch(
                        node ->
                            node.getValue().stream().anyMatch(other -> other != shape)
                                && node.getKey().hasRoomFor(shape, List.of())
                                && shape
                                    .rules()
                                    .refusal(node.getKey().node().orElseThrow())
                                    .isEmpty()));
  }
}
