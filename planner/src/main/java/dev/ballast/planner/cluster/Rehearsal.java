package dev.ballast.planner.cluster;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.control.plan.Profiles;
import dev.ballast.control.plan.Relations;
import dev.ballast.core.placement.ScoreWeights;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Moves tried on a snapshot as they would be carried out: a pod must find room and company on its
 * new node while it still is on the old one. The snapshot's relations show the moves until they are
 * taken back; nothing else is changed. One thread, the snapshot's.
 */
final class Rehearsal implements AutoCloseable {

  private record Moved(PodView pod, NodeState from, NodeState to) {}

  private final Relations relations;
  private final Profiles profiles;
  private final Map<NodeState, long[]> added = new HashMap<>();
  private final Map<NodeState, Integer> pods = new HashMap<>();
  private final Deque<Moved> moved = new ArrayDeque<>();

  Rehearsal(ClusterSnapshot snapshot) {
    this.relations = snapshot.relations();
    this.profiles = snapshot.profiles();
  }

  /** Amounts in use on the node, with the moves. */
  long used(NodeState node, int resource) {
    long[] more = added.get(node);
    return node.used(resource) + (more == null || resource >= more.length ? 0 : more[resource]);
  }

  int pods(NodeState node) {
    return node.pods() + pods.getOrDefault(node, 0);
  }

  boolean mayMove(PodView pod, NodeState to) {
    for (int resource : pod.shape().asked()) {
      if (to.allocatable(resource) - used(to, resource) < pod.shape().amounts()[resource]) {
        return false;
      }
    }
    return pod.shape().rules().refusal(to.node().orElseThrow()).isEmpty()
        && relations.bonds(pod.shape()).refusal(to, Bonds.Scope.ALL) == null;
  }

  /** Is a rule that the pod needs broken where it is? */
  boolean broken(PodView pod, NodeState at) {
    relations.reserve(pod, at, -1);
    boolean broken =
        relations.bonds(pod.shape()).refusal(at, Bonds.Scope.ALL) != null
            || !pod.shape().rules().selects(at.node().orElseThrow());
    relations.reserve(pod, at, 1);
    return broken;
  }

  /** How little the pod and its company like it there, it being nowhere else, by its profile. */
  long dislike(PodView pod, NodeState now, NodeState there) {
    ScoreWeights weights = profiles.weights(pod);
    relations.reserve(pod, now, -1);
    long dislike =
        relations
            .bonds(pod.shape())
            .dislike(there, Bonds.Scope.ALL, (count, domain) -> count.shown(domain), weights);
    relations.reserve(pod, now, 1);
    return dislike + pod.shape().rules().dislike(there.node().orElseThrow(), weights);
  }

  void move(PodView pod, NodeState from, NodeState to) {
    relations.reserve(pod.shape(), to, 1);
    relations.reserve(pod, from, -1);
    add(pod, from, -1);
    add(pod, to, 1);
    moved.push(new Moved(pod, from, to));
  }

  int count() {
    return moved.size();
  }

  /** Takes back all but the first so many. */
  void backTo(int count) {
    while (moved.size() > count) {
      Moved last = moved.pop();
      add(last.pod(), last.to(), -1);
      add(last.pod(), last.from(), 1);
      relations.reserve(last.pod(), last.from(), 1);
      relations.reserve(last.pod().shape(), last.to(), -1);
    }
  }

  @Override
  public void close() {
    backTo(0);
  }

  private void add(PodView pod, NodeState node, int sign) {
    long[] amounts = pod.shape().amounts();
    long[] sum = added.computeIfAbsent(node, n -> new long[amounts.length]);
    if (sum.length < amounts.length) {
      sum = java.util.Arrays.copyOf(sum, amounts.length);
      added.put(node, sum);
    }
    for (int i = 0; i < amounts.length; i++) {
      sum[i] += sign * amounts[i];
    }
    pods.merge(node, sign, Integer::sum);
  }
}
