package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import java.util.Comparator;
import java.util.List;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.phase.custom.CustomPhaseCommand;

/**
 * The construction phase: each pod in turn goes to the node that costs the least and breaks no
 * rule, found in the index. Pods of higher priority first; among equals those that ask for most,
 * which are the hardest to fit, then the oldest.
 */
final class Construction implements CustomPhaseCommand<Placement> {

  private static final Comparator<Assignment> ORDER =
      Comparator.comparingInt((Assignment a) -> -a.pod().priority())
          .thenComparingLong(a -> -a.pod().shape().scoredCpu())
          .thenComparingLong(a -> -a.pod().shape().scoredMemory())
          .thenComparing(a -> a.pod().created())
          .thenComparing(a -> a.pod().ref().key());

  private final FreeIndex index;

  Construction(FreeIndex index) {
    this.index = index;
  }

  @Override
  public void changeWorkingSolution(ScoreDirector<Placement> director) {
    List<Assignment> assignments = director.getWorkingSolution().getAssignments();
    try {
      assignments.stream().filter(one -> one.getNode() != null).forEach(this::reserve);
      assignments.stream()
          .filter(one -> one.getNode() == null)
          .sorted(ORDER)
          .forEach(one -> place(one, director));
    } finally {
      index.release();
    }
    director.triggerVariableListeners();
  }

  private void reserve(Assignment assignment) {
    index.reserve(assignment.getNode(), assignment.pod().shape());
  }

  private void place(Assignment assignment, ScoreDirector<Placement> director) {
    NodeState node = index.best(assignment.pod().shape());
    if (node != null) {
      director.beforeVariableChanged(assignment, "node");
      assignment.setNode(node);
      director.afterVariableChanged(assignment, "node");
      reserve(assignment);
    }
  }
}
