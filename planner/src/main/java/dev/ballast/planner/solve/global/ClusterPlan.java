package dev.ballast.planner.solve.global;

import dev.ballast.planner.model.Problem;
import java.util.ArrayList;
import java.util.List;
import org.optaplanner.core.api.domain.solution.PlanningEntityCollectionProperty;
import org.optaplanner.core.api.domain.solution.PlanningScore;
import org.optaplanner.core.api.domain.solution.PlanningSolution;
import org.optaplanner.core.api.domain.solution.cloner.SolutionCloner;
import org.optaplanner.core.api.domain.valuerange.CountableValueRange;
import org.optaplanner.core.api.domain.valuerange.ValueRangeFactory;
import org.optaplanner.core.api.domain.valuerange.ValueRangeProvider;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;

/**
 * The planning solution: where every process of the problem is. Its seats are made when they are
 * first asked for, so a clone that is only kept costs what its board costs.
 */
@PlanningSolution(solutionCloner = ClusterPlan.Cloner.class)
public class ClusterPlan {

  private Problem problem;
  private Search search;
  private Board board;
  private List<Seat> seats;
  private ClusterScore following;
  private HardMediumSoftLongScore score;

  /** For OptaPlanner. */
  public ClusterPlan() {}

  ClusterPlan(Problem problem, Search search, Board board) {
    this.problem = problem;
    this.search = search;
    this.board = board;
  }

  Problem problem() {
    return problem;
  }

  Search search() {
    return search;
  }

  Board board() {
    return board;
  }

  /** The sums that follow this solution while it is worked on. */
  ClusterScore following() {
    return following;
  }

  /** The first one to follow stays: later ones only check it. */
  void followedBy(ClusterScore sums) {
    if (following == null) {
      following = sums;
    }
  }

  Seat seat(int process) {
    return getSeats().get(process);
  }

  @PlanningEntityCollectionProperty
  public List<Seat> getSeats() {
    if (seats == null) {
      List<Seat> made = new ArrayList<>(board.size());
      for (int process = 0; process < board.size(); process++) {
        made.add(new Seat(board, process));
      }
      seats = made;
    }
    return seats;
  }

  @ValueRangeProvider(id = "machines")
  public CountableValueRange<Integer> getMachines() {
    return ValueRangeFactory.createIntValueRange(0, problem.machines().count());
  }

  @PlanningScore
  public HardMediumSoftLongScore getScore() {
    return score;
  }

  public void setScore(HardMediumSoftLongScore newScore) {
    score = newScore;
  }

  /** Shares the problem, copies the board. */
  public static final class Cloner implements SolutionCloner<ClusterPlan> {

    @Override
    public ClusterPlan cloneSolution(ClusterPlan original) {
      ClusterPlan copy = new ClusterPlan(original.problem, original.search, original.board.copy());
      copy.score = original.score;
      return copy;
    }
  }
}
