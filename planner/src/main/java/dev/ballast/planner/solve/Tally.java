package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.placement.ScoreWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * What a solution adds to one node, and the score of that: the pods of each profile cost, by its
 * weights, what they add to all that is there without them. One thread.
 */
final class Tally {

  /** The pods of one profile. */
  private static final class Portion {
    private final ScoreWeights weights;
    private long cpu;
    private long memory;
    private int pods;

    Portion(ScoreWeights weights) {
      this.weights = weights;
    }
  }

  private final NodeState node;
  private final double perCpu;
  private final double perByte;
  private final List<Portion> portions = new ArrayList<>(1);
  private final List<PodShape> withPorts = new ArrayList<>();
  private long[] added = {};
  private long cpu;
  private long memory;
  private int pods;

  Tally(NodeState node) {
    this.node = node;
    this.perCpu = Balance.perUnit(node, ResourceNames.CPU);
    this.perByte = Balance.perUnit(node, ResourceNames.MEMORY);
  }

  NodeState node() {
    return node;
  }

  void change(PodShape shape, ScoreWeights weights, int sign) {
    if (added.length < shape.amounts().length) {
      added = Amounts.sum(added, new long[shape.amounts().length]);
    }
    for (int resource : shape.asked()) {
      added[resource] += sign * shape.amounts()[resource];
    }
    cpu += sign * shape.scoredCpu();
    memory += sign * shape.scoredMemory();
    pods += sign;
    Portion its = portion(weights);
    its.cpu += sign * shape.scoredCpu();
    its.memory += sign * shape.scoredMemory();
    its.pods += sign;
    if (!shape.ports().isEmpty()) {
      if (sign > 0) {
        withPorts.add(shape);
      } else {
        withPorts.remove(shape);
      }
    }
  }

  private Portion portion(ScoreWeights weights) {
    for (Portion one : portions) {
      if (one.weights.equals(weights)) {
        return one;
      }
    }
    Portion fresh = new Portion(weights);
    portions.add(fresh);
    return fresh;
  }

  /**
   * How many rules the additions break: resources that were asked for and are short, and pairs of
   * host ports in each other's way. A node that was overfull before breaks none by itself.
   */
  long broken() {
    long broken = node.exists() ? 0 : added.length;
    for (int resource = 0; resource < added.length; resource++) {
      broken += added[resource] > 0 && added[resource] > node.free(resource) ? 1 : 0;
    }
    for (int i = 0; i < withPorts.size(); i++) {
      List<HostPort> ports = withPorts.get(i).ports();
      broken += node.hasFree(ports) ? 0 : 1;
      for (int j = 0; j < i; j++) {
        broken += disjoint(ports, withPorts.get(j).ports()) ? 0 : 1;
      }
    }
    return broken;
  }

  /** How much more the node costs than without the additions. */
  long cost() {
    long cost = 0;
    for (Portion own : portions) {
      if (own.pods > 0) {
        cost += cost(own.weights, 0, 0, 0) - cost(own.weights, own.cpu, own.memory, own.pods);
      }
    }
    return cost;
  }

  /** What the node costs with all that is added but so much. */
  private long cost(ScoreWeights weights, long lessCpu, long lessMemory, int lessPods) {
    return Balance.cost(
        weights,
        (long) ((node.scoredCpu() + cpu - lessCpu) * perCpu),
        (long) ((node.scoredMemory() + memory - lessMemory) * perByte),
        node.pods() + pods - lessPods > 0);
  }

  /** How much of a resource the solution adds. */
  long added(int resource) {
    return Amounts.at(added, resource);
  }

  /** True when one more pod of that shape would break nothing. */
  boolean takes(PodShape shape) {
    for (int resource : shape.asked()) {
      if (shape.amounts()[resource] > node.free(resource) - added(resource)) {
        return false;
      }
    }
    return node.hasFree(shape.ports())
        && withPorts.stream().allMatch(other -> disjoint(shape.ports(), other.ports()));
  }

  static boolean disjoint(List<HostPort> some, List<HostPort> others) {
    for (HostPort port : some) {
      for (HostPort other : others) {
        if (port.conflicts(other)) {
          return false;
        }
      }
    }
    return true;
  }
}
