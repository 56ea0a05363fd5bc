package dev.ballast.planner.solve;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.control.plan.Relations;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.PodRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.phase.custom.CustomPhaseCommand;

/**
 * The construction phase: each pod in turn goes to the node that costs the least and breaks no
 * rule, found in the index. Pods of higher priority first; among equals those that ask for most,
 * which are the hardest to fit, then the oldest.
 *
 * <p>A pod placed later may make room for one refused before (it is the company that one wants, or
 * evens out a skew); so those that depend on others are tried until none finds a place.
 */
final class Construction implements CustomPhaseCommand<Placement> {

  private static final Comparator<Assignment> ORDER =
      Comparator.comparingInt((Assignment a) -> -a.pod().priority())
          .thenComparingLong(a -> -a.pod().shape().scoredCpu())
          .thenComparingLong(a -> -a.pod().shape().scoredMemory())
          .thenComparingLong(a -> a.pod().created())
          .thenComparing(a -> a.pod().ref().key());

  private final FreeIndex index;
  private final ClusterSnapshot snapshot;
  private final Relations relations;

  Construction(FreeIndex index, ClusterSnapshot snapshot) {
    this.index = index;
    this.snapshot = snapshot;
    this.relations = snapshot.relations();
  }

  @Override
  public void changeWorkingSolution(ScoreDirector<Placement> director) {
    List<Assignment> assignments = director.getWorkingSolution().getAssignments();
    try {
      assignments.stream().filter(one -> one.getNode() != null).forEach(this::reserve);
      List<Assignment> left =
          assignments.stream().filter(one -> one.getNode() == null).sorted(ORDER).toList();
      new Run(director).place(left);
    } finally {
      index.release();
    }
    director.triggerVariableListeners();
  }

  private void reserve(Assignment assignment) {
    index.reserve(assignment.getNode(), assignment.pod().shape(), assignment.devices());
  }

  /** One run over the pods that are left. */
  private final class Run {

    private final ScoreDirector<Placement> director;

    /** For each shape that found no place, how many companions were placed at that time. */
    private final Map<PodShape, Integer> refused = new IdentityHashMap<>();

    private int companions;
    private int turn;
    private final List<PodView> promised = new ArrayList<>(snapshot.nominated());
    private final Map<PodRef, NodeState> kept = new HashMap<>();

    Run(ScoreDirector<Placement> director) {
      this.director = director;
      for (Assignment one : director.getWorkingSolution().getAssignments()) {
        turn = Math.max(turn, one.turn());
      }
    }

    void place(List<Assignment> left) {
      List<Assignment> again = left;
      int before;
      do {
        before = companions;
        again = again.stream().filter(one -> !place(one)).toList();
      } while (companions > before && !again.isEmpty());
    }

    /** Room that is being made for a pod is not for pods that matter less, or no more. */
    private void keepPlacesFor(int priority) {
      for (Iterator<PodView> all = promised.iterator(); all.hasNext(); ) {
        PodView pod = all.next();
        if (pod.priority() >= priority) {
          all.remove();
          snapshot
              .node(pod.nominatedNode())
              .filter(NodeState::exists)
              .filter(node -> mayYetCome(pod, node))
              .ifPresent(
                  node -> {
                    index.hold(node, pod.shape(), 1);
                    kept.put(pod.ref(), node);
                  });
        }
      }
    }

    /** It fits, or will once those that are leaving have left; else nobody waits for it. */
    private boolean mayYetCome(PodView pod, NodeState node) {
      List<PodShape> leaving =
          node.occupants().stream().filter(PodView::deleting).map(PodView::shape).toList();
      return leaving.isEmpty()
          ? index.takes(node, pod.shape())
          : pod.shape().rules().refusal(node.node().orElseThrow()).isEmpty()
              && index.hasRoom(node, pod.shape(), leaving);
    }

    private void giveBack(PodView pod) {
      promised.removeIf(other -> other.ref().equals(pod.ref()));
      NodeState node = kept.remove(pod.ref());
      if (node != null) {
        index.hold(node, pod.shape(), -1);
      }
    }

    /** True when it is placed, or need not be tried again. */
    private boolean place(Assignment assignment) {
      PodShape shape = assignment.pod().shape();
      Bonds bonds = relations.bonds(shape);
      Integer hopeless = refused.get(shape);
      if (hopeless != null && hopeless >= companions) {
        return bonds.isUnruled();
      }
      if (!promised.isEmpty() || !kept.isEmpty()) {
        giveBack(assignment.pod());
        keepPlacesFor(assignment.pod().priority());
      }
      NodeState node = index.best(shape, assignment.taste());
      if (node == null) {
        refused.put(shape, bonds.isUnruled() ? Integer.MAX_VALUE : companions);
        return bonds.isUnruled();
      }
      director.beforeVariableChanged(assignment, "node");
      assignment.setNode(node);
      assignment.turn(++turn);
      assignment.devices(index.devices(node, shape));
      director.afterVariableChanged(assignment, "node");
      reserve(assignment);
      companions += bonds.countedIn().isEmpty() ? 0 : 1;
      return true;
    }
  }
}
