package dev.ballast.planner.cluster;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.planner.cluster.WholeCluster.Migration;
import dev.ballast.planner.cluster.WholeCluster.Migrations;
import dev.ballast.planner.model.Bounds;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What one look at the whole cluster came to.
 *
 * @param moves in an order in which every state on the way is legal; none when nothing pays
 * @param without moves that would gain, but for which there is no such order
 * @param gain what the moves are worth, their price taken off; see {@link Goal#NODE}
 * @param nodesUsed nodes that hold a pod
 * @param nodesPlanned the same after the moves
 * @param bound what no placement can be better than: nodes in use, or, where the goal empties none,
 *     the price of all loads
 * @param gap how far the cluster as it is may be from the best at most, as a share of the bound
 */
public record Proposal(
    List<Migration> moves,
    int without,
    long gain,
    int nodesUsed,
    int nodesPlanned,
    long bound,
    double gap) {

  /** Finds a better placement of a problem, from where it starts. */
  public interface Search {
    int[] better(Problem problem);
  }

  /**
   * Pods that are tied to others first; only when nothing of theirs pays, all the others.
   *
   * @param most of the moves of tied pods
   */
  public static Proposal of(
      ClusterSnapshot snapshot, Terms terms, Search search, int most, Random random) {
    WholeCluster cluster = WholeCluster.of(snapshot, terms);
    Standing standing = Standing.of(cluster, terms.goal());
    TiedMoves.Found tied = TiedMoves.in(snapshot, terms, most, random);
    if (!tied.moves().isEmpty()) {
      return standing.proposing(tied.moves(), 0, tied.gain(), usedAfter(snapshot, tied.moves()));
    }
    int[] wanted = Thrift.applied(cluster.priced(), search.better(cluster.problem()));
    Migrations migrations = cluster.migrations(wanted);
    int[] reached = cluster.reached(migrations.migrations());
    long gain = cluster.worth(cluster.problem().start()).cost() - cluster.worth(reached).cost();
    return gain > 0 && !migrations.migrations().isEmpty()
        ? standing.proposing(
            migrations.migrations(), migrations.without(), gain, cluster.worth(reached).open())
        : standing.proposing(List.of(), migrations.without(), 0, standing.nodesUsed());
  }

  private static int usedAfter(ClusterSnapshot snapshot, List<Migration> moves) {
    Map<String, Integer> pods = new HashMap<>();
    snapshot.nodes().forEach(node -> pods.put(node.name(), node.pods()));
    for (Migration move : moves) {
      pods.merge(move.from(), -1, Integer::sum);
      pods.merge(move.to(), 1, Integer::sum);
    }
    return (int)
        snapshot.nodes().stream().filter(n -> n.exists() && pods.get(n.name()) > 0).count();
  }

  /** How the cluster is now. */
  private record Standing(int nodesUsed, long bound, double gap) {

    static Standing of(WholeCluster cluster, Goal goal) {
      Verdict now = cluster.worth(cluster.problem().start());
      long bound =
          goal.emptiesNodes()
              ? Bounds.machines(cluster.priced())
              : Bounds.loadPrices(cluster.priced());
      long is = goal.emptiesNodes() ? now.open() : now.cost();
      double gap = (is - bound) / (double) Math.max(1, bound);
      return new Standing(now.open(), bound, Math.max(0, gap));
    }

    Proposal proposing(List<Migration> moves, int without, long gain, int nodesPlanned) {
      return new Proposal(moves, without, gain, nodesUsed, nodesPlanned, bound, gap);
    }
  }
}
