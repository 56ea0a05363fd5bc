package dev.ballast.planner.cluster;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.planner.cluster.WholeCluster.Migration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Moves of pods whose place depends on other pods, or that prefer some nodes, which {@link
 * WholeCluster} leaves where they are: a broken rule is mended, a disliked place is left for a
 * better one, a hot spot is relieved, and a node is emptied when all its pods find places. One
 * after the other, each legal after the ones before it and each worth its price. One thread, the
 * snapshot's.
 */
final class TiedMoves {

  /** A preference of weight 1 for one pod, in {@link Goal#NODE}s. */
  private static final long POINT = Goal.NODE / 1_000;

  /** A required rule that is broken: a node is put to use for it, whatever the goal. */
  private static final long BROKEN = 2 * Goal.NODE;

  /** As {@link dev.ballast.control.plan.Bonds} counts preferences twice. */
  private static final int TWICE = 2;

  private static final int NODES_TRIED = 256;
  private static final int PODS_TRIED = 2_000;
  private static final int EMPTYINGS_TRIED = 64;

  private final ClusterSnapshot snapshot;
  private final Terms terms;
  private final Rehearsal rehearsal;
  private final List<NodeState> nodes;
  private final int most;
  private final List<Migration> moves = new ArrayList<>();
  private long gain;

  private TiedMoves(
      ClusterSnapshot snapshot, Terms terms, Rehearsal rehearsal, int most, Random random) {
    this.snapshot = snapshot;
    this.terms = terms;
    this.most = most;
    this.rehearsal = rehearsal;
    nodes =
        new ArrayList<>(
            snapshot.nodes().stream()
                .filter(NodeState::exists)
                .sorted(Comparator.comparing(NodeState::name))
                .toList());
    Collections.shuffle(nodes, random);
  }

  /**
   * @param gain what they are worth together, their price taken off
   */
  record Found(List<Migration> moves, long gain) {}

  /**
   * @param most so many moves
   */
  static Found in(ClusterSnapshot snapshot, Terms terms, int most, Random random) {
    try (Rehearsal rehearsal = new Rehearsal(snapshot)) {
      TiedMoves tied = new TiedMoves(snapshot, terms, rehearsal, most, random);
      tied.mend();
      if (terms.goal().emptiesNodes()) {
        tied.empty();
      }
      return new Found(List.copyOf(tied.moves), tied.gain);
    }
  }

  private boolean mayMove(PodView pod) {
    return !pod.deleting()
        && pod.shape().ports().isEmpty()
        && pod.shape().claims().isEmpty()
        && pod.shape().gpu().isNone()
        && pod.shape().rules().onlyNode().isEmpty()
        && terms.mayMove().test(pod);
  }

  private boolean tied(PodView pod, NodeState node) {
    return !snapshot.relations().bonds(pod.shape()).isNone()
        || !pod.shape().rules().preferred().isEmpty()
        || !pod.shape().rules().selects(node.node().orElseThrow());
  }

  private void mend() {
    int tried = 0;
    for (NodeState node : nodes) {
      for (PodView pod : List.copyOf(node.occupants())) {
        if (moves.size() >= most || tried >= PODS_TRIED) {
          return;
        }
        if (tied(pod, node) && mayMove(pod)) {
          tried++;
          better(pod, node);
        }
      }
    }
  }

  private void better(PodView pod, NodeState from) {
    NodeState best = null;
    long most = 0;
    boolean broken = rehearsal.broken(pod, from);
    long here = rehearsal.dislike(pod, from, from);
    int tries = 0;
    for (NodeState to : nodes) {
      if (to == from || !rehearsal.mayMove(pod, to)) {
        continue;
      }
      long worth =
          (here - rehearsal.dislike(pod, from, to)) / TWICE * POINT
              + (broken ? BROKEN : 0)
              + relief(pod, from, to)
              - terms.disruption();
      if (worth > most) {
        most = worth;
        best = to;
      }
      if (++tries == NODES_TRIED) {
        break;
      }
    }
    if (best != null) {
      move(pod, from, best);
      gain += most;
    }
  }

  /** What the loads of both nodes cost less. */
  private long relief(PodView pod, NodeState from, NodeState to) {
    double relief = 0;
    for (int resource : new int[] {ResourceNames.CPU, ResourceNames.MEMORY}) {
      long amount = resource < pod.shape().amounts().length ? pod.shape().amounts()[resource] : 0;
      relief += price(from, resource, 0) - price(from, resource, -amount);
      relief += price(to, resource, 0) - price(to, resource, amount);
    }
    boolean opens = rehearsal.pods(to) == 0;
    boolean closes = rehearsal.pods(from) == 1;
    return (long) relief + terms.goal().openPrice() * ((closes ? 1 : 0) - (opens ? 1 : 0));
  }

  private double price(NodeState node, int resource, long more) {
    long offered = node.allocatable(resource);
    long used = rehearsal.used(node, resource) + more;
    return terms.goal().price(offered == 0 ? 0 : Math.min(1, (double) used / offered));
  }

  private void empty() {
    List<NodeState> candidates =
        nodes.stream()
            .filter(
                node ->
                    rehearsal.pods(node) == node.pods()
                        && node.pods() > 0
                        && node.pods() * terms.disruption() < Goal.NODE
                        && node.occupants().stream().allMatch(this::mayMove))
            .sorted(Comparator.comparingInt(NodeState::pods).thenComparing(NodeState::name))
            .limit(EMPTYINGS_TRIED)
            .toList();
    for (NodeState node : candidates) {
      if (moves.size() + node.pods() <= most && rehearsal.pods(node) == node.pods()) {
        empty(node);
      }
    }
  }

  /** All its pods go to nodes in use, or none. */
  private void empty(NodeState node) {
    int before = rehearsal.count();
    int listed = moves.size();
    long worth = Goal.NODE;
    for (PodView pod :
        node.occupants().stream()
            .sorted(
                Comparator.comparingLong((PodView one) -> -one.shape().scoredCpu())
                    .thenComparing(one -> one.ref().key()))
            .toList()) {
      NodeState to = fullest(pod, node);
      if (to == null) {
        worth = 0;
        break;
      }
      long here = rehearsal.dislike(pod, node, node);
      worth -= (rehearsal.dislike(pod, node, to) - here) / TWICE * POINT + terms.disruption();
      worth += relief(pod, node, to) - (rehearsal.pods(node) == 1 ? terms.goal().openPrice() : 0);
      move(pod, node, to);
    }
    if (worth > 0) {
      gain += worth;
    } else {
      rehearsal.backTo(before);
      moves.subList(listed, moves.size()).clear();
    }
  }

  private NodeState fullest(PodView pod, NodeState from) {
    NodeState best = null;
    long least = Long.MAX_VALUE;
    for (NodeState to : nodes) {
      long free = to.allocatable(ResourceNames.CPU) - rehearsal.used(to, ResourceNames.CPU);
      if (to != from && rehearsal.pods(to) > 0 && free < least && rehearsal.mayMove(pod, to)) {
        best = to;
        least = free;
      }
    }
    return best;
  }

  private void move(PodView pod, NodeState from, NodeState to) {
    rehearsal.move(pod, from, to);
    moves.add(new Migration(pod, from.name(), to.name()));
  }
}
