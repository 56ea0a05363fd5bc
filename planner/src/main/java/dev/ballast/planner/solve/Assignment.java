package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.ScoreWeights;
import java.util.List;
import org.optaplanner.core.api.domain.entity.PlanningEntity;
import org.optaplanner.core.api.domain.variable.PlanningVariable;

/** The planning entity: one waiting pod and the node chosen for it, null while it fits nowhere. */
@PlanningEntity
public class Assignment {

  private PodView pod;
  private long weight;
  private ScoreWeights taste;
  private NodeState node;
  private int turn;
  private List<Integer> devices = List.of();

  /** For OptaPlanner. */
  public Assignment() {}

  /**
   * @param weight what leaving it unplaced costs, in medium score
   * @param taste by what weights its places are compared
   */
  Assignment(PodView pod, long weight, ScoreWeights taste, NodeState node) {
    this.pod = pod;
    this.weight = weight;
    this.taste = taste;
    this.node = node;
  }

  Assignment copy() {
    Assignment copy = new Assignment(pod, weight, taste, node);
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

  ScoreWeights taste() {
    return taste;
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
