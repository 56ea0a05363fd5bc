package dev.ballast.planner.solve.global;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.optaplanner.core.api.score.director.ScoreDirector;
import org.optaplanner.core.impl.heuristic.move.AbstractMove;

/** Several processes change places at once. Immutable. */
final class Relocate extends AbstractMove<ClusterPlan> {

  private final int[] processes;
  private final int[] machines;

  Relocate(int[] processes, int[] machines) {
    this.processes = processes;
    this.machines = machines;
  }

  /** Also an empty one, so that a search that finds nothing still steps and looks at its clock. */
  @Override
  public boolean isMoveDoable(ScoreDirector<ClusterPlan> director) {
    return true;
  }

  @Override
  protected Relocate createUndoMove(ScoreDirector<ClusterPlan> director) {
    Board board = director.getWorkingSolution().board();
    int[] back = new int[processes.length];
    for (int i = 0; i < back.length; i++) {
      back[i] = board.at(processes[i]);
    }
    return new Relocate(processes, back);
  }

  @Override
  protected void doMoveOnGenuineVariables(ScoreDirector<ClusterPlan> director) {
    ClusterPlan plan = director.getWorkingSolution();
    for (int i = 0; i < processes.length; i++) {
      Seat seat = plan.seat(processes[i]);
      director.beforeVariableChanged(seat, Seat.MACHINE);
      seat.put(machines[i]);
      director.afterVariableChanged(seat, Seat.MACHINE);
    }
  }

  @Override
  public Collection<?> getPlanningEntities() {
    List<Integer> entities = new ArrayList<>();
    Arrays.stream(processes).forEach(entities::add);
    return entities;
  }

  @Override
  public Collection<?> getPlanningValues() {
    List<Integer> values = new ArrayList<>();
    Arrays.stream(machines).forEach(values::add);
    return values;
  }

  @Override
  public String toString() {
    return processes.length + " processes change places";
  }
}
