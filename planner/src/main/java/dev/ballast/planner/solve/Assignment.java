package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import java.util.List;
import org.optaplanner.core.api.domain.entity.PlanningEntity;
import org.optaplanner.core.api.domain.variable.PlanningVariable;

/** The planning entity: one waiting pod and the node chosen for it, null while it fits nowhere. */
@PlanningEntity
public class Assignment {

  private PodView pod;
  private long weight;
  private NodeState node;
  private int turn;
  private List<Integer> devices = List.of();

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
    Assignment copy = new Assignment(pod, weight, node);
    copy.turn = turn;
    copy.devices = devices;
    return copy;
  }

  public PodView pod() {
    return pod;
  }

  public long weight() {
    return weight;
  }

  /** When it was placed, counted within the batch: rules hold in that order of binding. */
  int turn() {
    return turn;
  }

  void turn(int newTurn) {
    turn = newTurn;
  }

  /** The GPU devices that it gets on its node. */
  List<Integer> devices() {
    return devices;
  }

  void devices(List<Integer> newDevices) {
    devices = newDevices;
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
