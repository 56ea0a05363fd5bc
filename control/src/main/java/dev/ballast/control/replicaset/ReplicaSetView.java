package dev.ballast.control.replicaset;

import dev.ballast.control.informer.Cached;
import dev.ballast.core.model.Pod;
import dev.ballast.core.status.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What a decision about one ReplicaSet sees.
 *
 * @param pods those that it owns, and those of its namespace that nobody does
 * @param related pods of all ReplicaSets of the same owner, its own among them
 * @param refusal why its last round ended early
 */
record ReplicaSetView(
    Cached<ReplicaSet> set,
    List<Cached<Pod>> pods,
    List<Cached<Pod>> related,
    Optional<Failure> refusal) {}
