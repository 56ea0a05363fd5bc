package dev.ballast.planner.solve;

import dev.ballast.control.plan.Images;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.Relations;
import java.util.List;
import org.optaplanner.core.api.domain.solution.PlanningEntityCollectionProperty;
import org.optaplanner.core.api.domain.solution.PlanningScore;
import org.optaplanner.core.api.domain.solution.PlanningSolution;
import org.optaplanner.core.api.domain.solution.cloner.SolutionCloner;
import org.optaplanner.core.api.domain.valuerange.ValueRangeProvider;
import org.optaplanner.core.api.score.buildin.hardmediumsoftlong.HardMediumSoftLongScore;

/**
 * The planning solution: one batch of pods over the nodes of now.
 *
 * <p>The nodes are deliberately no problem facts: OptaPlanner visits every fact at each solve,
 * which at thousands of nodes costs more than placing the batch.
 */
@PlanningSolution(solutionCloner = Placement.Cloner.class)
public class Placement {

  private List<Assignment> assignments;
  private List<NodeState> nodes;
  private FreeIndex index;
  private Relations relations;
  private Images images;
  private HardMediumSoftLongScore score;

  /** For OptaPlanner. */
  public Placement() {}

  /**
   * @param index follows the nodes; for moves that look for room
   */
  Placement(
      List<Assignment> assignments,
      List<NodeState> nodes,
      FreeIndex index,
      Relations relations,
      Images images) {
    this.assignments = assignments;
    this.nodes = nodes;
    this.index = index;
    this.relations = relations;
    this.images = images;
  }

  Relations relations() {
    return relations;
  }

  Images images() {
    return images;
  }

  FreeIndex index() {
    return index;
  }

  @PlanningEntityCollectionProperty
  public List<Assignment> getAssignments() {
    return assignments;
  }

  @ValueRangeProvider(id = "nodes")
  public List<NodeState> getNodes() {
    return nodes;
  }

  @PlanningScore
  public HardMediumSoftLongScore getScore() {
    return score;
  }

  public void setScore(HardMediumSoftLongScore newScore) {
    score = newScore;
  }

  /** Copies the assignments and nothing else; OptaPlanner's own cloner cost forty times as much. */
  public static final class Cloner implements SolutionCloner<Placement> {
    @Override
    public Placement cloneSolution(Placement original) {
      Placement copy =
          new Placement(
              original.assignments.stream().map(Assignment::copy).toList(),
              original.nodes,
              original.index,
              original.relations,
              original.images);
      copy.score = original.score;
      return copy;
    }
  }
}
