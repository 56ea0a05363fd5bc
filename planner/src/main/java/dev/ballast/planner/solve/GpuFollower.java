package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.PodShape;
import java.util.function.ToLongFunction;

/** What GPUs have to say about where pods of one shape go, in a cluster that has some. */
record GpuFollower(GpuWorth worth, PodShape shape, ToLongFunction<NodeState> freeCpu) {

  /** Points, or {@link Eligibility#NONE} where the devices do not suffice. */
  int judge(NodeState node) {
    return node.devices().fits(shape.gpu())
        ? worth.cost(node, shape, freeCpu.applyAsLong(node))
        : Eligibility.NONE;
  }
}
