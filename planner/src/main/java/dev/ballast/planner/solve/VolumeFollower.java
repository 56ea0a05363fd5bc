package dev.ballast.planner.solve;

import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.Volumes;
import dev.ballast.core.placement.PodShape;

/** What claims have to say about where pods of one shape go. */
record VolumeFollower(Volumes volumes, PodShape shape) {

  int version() {
    return volumes.version();
  }

  boolean refuses(NodeState node) {
    return volumes.refusal(shape, node.node().orElseThrow()).isPresent();
  }
}
