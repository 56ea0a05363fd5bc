package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import org.optaplanner.core.api.domain.entity.PlanningEntity;
import org.optaplanner.core.api.domain.variable.PlanningVariable;

/** The planning entity: one process; its place is written on its solution's board. */
@PlanningEntity
public class Seat {

  static final String MACHINE = "machine";

  private Board board;
  private int process;

  /** For OptaPlanner. */
  public Seat() {}

  Seat(Board board, int process) {
    this.board = board;
    this.process = process;
  }

  int process() {
    return process;
  }

  int at() {
    return board.at(process);
  }

  void put(int machine) {
    board.put(process, machine);
  }

  /** Null for nowhere. */
  @PlanningVariable(valueRangeProviderRefs = "machines", nullable = true)
  public Integer getMachine() {
    int machine = at();
    return machine == Problem.UNPLACED ? null : machine;
  }

  public void setMachine(Integer machine) {
    put(machine == null ? Problem.UNPLACED : machine);
  }

  @Override
  public String toString() {
    return process + "->" + at();
  }
}
