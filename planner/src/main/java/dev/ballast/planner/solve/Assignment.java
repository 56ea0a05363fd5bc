package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import org.optaplanner.core.api.domain.entity.PlanningEntity;
import org.optaplanner.core.api.domain.variable.PlanningVariable;

/** The planning entity: one waiting pod and the node chosen for it, null while it fits nowhere. */
@PlanningEntity
public class Assignment {

  private PodView pod;
  private long weight;
  private NodeState node;

  /** For OptaPlanner. */
  public Assignment() {}

  /**
   * @param weight what leaving it unplaced costs, in medium score
   */
  Assignment(PodView pod, long weight, NodeState node) {
    this.pod = pod;
    this.weight = weight;
    this.node = node;
  }

  Assignment copy() {
    return new Assignment(pod, weight, node);
  }

  public PodView pod() {
    return pod;
  }

  public long weight() {
    return weight;
  }

  @PlanningVariable(valueRangeProviderRefs = "nodes", nullable = true)
  public NodeState getNode() {
    return node;
  }

  public void setNode(NodeState newNode) {
    node = newNode;
  }

  @Override
  public String toString() {
    return pod.ref() + "->" + node;
  }
}
