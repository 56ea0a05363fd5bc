package dev.ballast.control.deployment;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.replicaset.ReplicaSet;
import dev.ballast.core.status.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a decision about one Deployment sees.
 *
 * @param sets those that it owns, and those of its namespace that nobody does
 * @param livePods by uid of their set: how many pods have not ended, those on their way out counted
 * @param refusal why its last round ended early
 */
record DeploymentView(
    Cached<Deployment> deployment,
    List<Cached<ReplicaSet>> sets,
    Map<String, Integer> livePods,
    Optional<Failure> refusal) {}
