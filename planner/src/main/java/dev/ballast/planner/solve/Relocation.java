package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.heuristic.move.AbstractMove;

/**
 * Several pods change their nodes at once, so that one gets the room of others and these find room
 * elsewhere. Immutable.
 */
final class Relocation extends AbstractMove<Placement> {

  /**
   * @param node null to leave it unplaced
   */
  record Change(Assignment assignment, NodeState node) {}

  private final List<Change> changes;

  Relocation(List<Change> changes) {
    this.changes = List.copyOf(changes);
  }

  /** Always, also when it changes nothing: only moves that are done count towards the limit. */
  @Override
  public boolean isMoveDoable(ScoreDirector<Placement> director) {
    return true;
  }

  @Override
  protected Relocation createUndoMove(ScoreDirector<Placement> director) {
    List<Change> back = new ArrayList<>();
    for (Change change : changes) {
      back.add(new Change(change.assignment(), change.assignment().getNode()));
    }
    return new Relocation(back);
  }

  @Override
  protected void doMoveOnGenuineVariables(ScoreDirector<Placement> director) {
    for (Change change : changes) {
      director.beforeVariableChanged(change.assignment(), "node");
      change.assignment().setNode(change.node());
      director.afterVariableChanged(change.assignment(), "node");
    }
  }

  @Override
  public Collection<?> getPlanningEntities() {
    return changes.stream().map(Change::assignment).toList();
  }

  @Override
  public Collection<?> getPlanningValues() {
    List<NodeState> nodes = new ArrayList<>();
    changes.forEach(change -> nodes.add(change.node()));
    return nodes;
  }

  @Override
  public String toString() {
    return changes.toString();
  }
}
