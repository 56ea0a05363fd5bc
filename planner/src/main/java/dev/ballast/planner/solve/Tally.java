package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.PodShape;
import java.util.ArrayList;
import java.util.List;

/** What a solution adds to one node, and the score of that. One thread. */
final class Tally {

  private final NodeState node;
  private final long emptyCost;
  private final List<PodShape> withPorts = new ArrayList<>();
  private long[] added = {};
  private long cpu;
  private long memory;

  Tally(NodeState node) {
    this.node = node;
    this.emptyCost = Balance.cost(node, node.scoredCpu(), node.scoredMemory());
  }

  NodeState node() {
    return node;
  }

  void change(PodShape shape, int sign) {
    if (added.length < shape.amounts().length) {
      added = Amounts.sum(added, new long[shape.amounts().length]);
    }
    for (int resource : shape.asked()) {
      added[resource] += sign * shape.amounts()[resource];
    }
    cpu += sign * shape.scoredCpu();
    memory += sign * shape.scoredMemory();
    if (!shape.ports().isEmpty()) {
      if (sign > 0) {
        withPorts.add(shape);
      } else {
        withPorts.remove(shape);
      }
    }
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
    return Balance.cost(node, node.scoredCpu() + cpu, node.scoredMemory() + memory) - emptyCost;
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
