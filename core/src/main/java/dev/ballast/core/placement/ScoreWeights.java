package dev.ballast.core.placement;

/**
 * What makes one legal place better than another, and how much: the weights of a SchedulingProfile.
 * Named as kube-scheduler names its score plugins, with its default weights where it has the same;
 * 0 leaves a wish out of account.
 *
 * @param leastAllocated prefers nodes of which little is used: spreads load
 * @param mostAllocated prefers nodes of which much is used: packs
 * @param balancedAllocation prefers nodes whose CPU and memory fill alike
 * @param newNode what it costs to use a node that runs nothing yet, in nodes filled from empty
 * @param nodeAffinity preferred node affinity
 * @param taintToleration taints PreferNoSchedule
 * @param interPodAffinity preferred affinity and anti-affinity between pods
 * @param podTopologySpread spread constraints of mode ScheduleAnyway
 * @param imageLocality images that are on the node already
 */
public record ScoreWeights(
    int leastAllocated,
    int mostAllocated,
    int balancedAllocation,
    int newNode,
    int nodeAffinity,
    int taintToleration,
    int interPodAffinity,
    int podTopologySpread,
    int imageLocality) {

  /** Even load: for services. */
  public static final ScoreWeights SPREAD = new ScoreWeights(1, 0, 0, 0, 2, 3, 2, 2, 1);

  /** The fewest nodes. */
  public static final ScoreWeights PACK = new ScoreWeights(0, 1, 0, 1, 2, 3, 2, 2, 1);

  /** What is left free stays in proportion, so that no node runs out of one thing alone. */
  public static final ScoreWeights BALANCED = new ScoreWeights(1, 0, 10, 0, 2, 3, 2, 2, 1);

  /** A profile that says nothing of a weight has that of its strategy: Spread, Pack, Balanced. */
  public static ScoreWeights of(String strategy) {
    return switch (strategy) {
      case "Pack" -> PACK;
      case "Balanced" -> BALANCED;
      default -> SPREAD;
    };
  }

  /** How much used capacity costs; negative where it is sought. */
  public int load() {
    return leastAllocated - mostAllocated;
  }

  /** The cost of a place grows with what is used there, and with nothing else of the load. */
  public boolean onlySpreads() {
    return mostAllocated == 0 && balancedAllocation == 0 && newNode == 0;
  }
}
