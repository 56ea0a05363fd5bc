package dev.ballast.control.deployment;

import dev.ballast.control.replicaset.ReplicaSet;

/**
 * A ReplicaSet, reduced to the numbers that a rollout decides by.
 *
 * @param wanted its spec.replicas
 * @param available its status.availableReplicas
 */
record SetSize(int wanted, int available) {

  static SetSize of(ReplicaSet set) {
    return new SetSize(set.spec().replicas(), set.status().availableReplicas());
  }

  SetSize resized(int size) {
    return new SetSize(size, Math.min(available, size));
  }
}
