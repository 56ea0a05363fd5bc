package dev.ballast.control.plan;

import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.placement.ScoreWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * What ties pods of one shape to other pods, in counts: its own rules, and the rules of others that
 * mean it. Whether a node will do is a matter of a few look-ups, however many pods there are.
 *
 * <p>Made and extended by {@link Relations}, on that one's thread.
 */
public final class Bonds {

  /** Which topologies a question is about; see {@link Topology#isCoarse}. */
  public enum Scope {
    ALL,
    COARSE,
    FINE;

    boolean covers(Topology topology) {
      return this == ALL || topology.isCoarse() == (this == COARSE);
    }
  }

  /** Why a node will not do, in kube-scheduler's words and order of looking. */
  public enum Refusal {
    NO_DOMAIN(
        Rule.POD_TOPOLOGY_SPREAD,
        "node(s) didn't match pod topology spread constraints (missing required label)"),
    SKEW(Rule.POD_TOPOLOGY_SPREAD, "node(s) didn't match pod topology spread constraints"),
    AFFINITY(Rule.INTER_POD_AFFINITY, "node(s) didn't match pod affinity rules"),
    ANTI_AFFINITY(Rule.INTER_POD_AFFINITY, "node(s) didn't match pod anti-affinity rules"),
    OTHERS_ANTI_AFFINITY(
        Rule.INTER_POD_AFFINITY, "node(s) didn't satisfy existing pods anti-affinity rules");

    private final dev.ballast.core.placement.Refusal words;

    Refusal(Rule rule, String message) {
      this.words = new dev.ballast.core.placement.Refusal(rule, message);
    }

    public dev.ballast.core.placement.Refusal words() {
      return words;
    }
  }

  /** Reads a count: as shown, or as somebody else has it. */
  public interface Reading {
    int at(DomainCount count, int domain);
  }

  /**
   * @param self 1 when the pod itself counts
   */
  private record Spread(DomainCount count, int maxSkew, int minDomains, int self) {

    boolean exceeded(int domain) {
      return count.shown(domain) + self - count.least(minDomains) > maxSkew;
    }
  }

  /**
   * @param spread it comes of a spread constraint and has the weight of those
   */
  private record Liking(DomainCount count, int weight, boolean spread, boolean mustHaveKey) {

    /** What one such pod in the domain costs. */
    long points(ScoreWeights weights) {
      return -(long) factor(weights) * weight;
    }

    int factor(ScoreWeights weights) {
      return spread ? weights.podTopologySpread() : weights.interPodAffinity();
    }
  }

  /** A node without the key of a constraint is the last resort. */
  private static final int KEYLESS = 1_000_000;

  private final List<DomainCount> required = new ArrayList<>();
  private final List<DomainCount> forbidden = new ArrayList<>();
  private final List<DomainCount> guarded = new ArrayList<>();
  private final List<Spread> spread = new ArrayList<>();
  private final List<Liking> likings = new ArrayList<>();
  private final List<DomainCount> countedIn;
  private boolean selfAffine;
  private int revision;

  Bonds(List<DomainCount> countedIn) {
    this.countedIn = countedIn;
  }

  void require(DomainCount such, boolean self) {
    required.add(such);
    selfAffine = self;
  }

  void forbid(DomainCount such) {
    forbidden.add(such);
  }

  void spread(DomainCount such, int maxSkew, int minDomains, boolean self) {
    spread.add(new Spread(such, maxSkew, minDomains, self ? 1 : 0));
  }

  void guard(DomainCount holders) {
    guarded.add(holders);
    revision++;
  }

  void like(DomainCount such, int weight, boolean spread, boolean mustHaveKey) {
    likings.add(new Liking(such, weight, spread, mustHaveKey));
    revision++;
  }

  /** Nothing here depends on other pods, and no other pod's place on these. */
  public boolean isNone() {
    return countedIn.isEmpty() && isUnruled();
  }

  /** Where such a pod may go does not depend on other pods. */
  public boolean isUnruled() {
    return required.isEmpty()
        && forbidden.isEmpty()
        && guarded.isEmpty()
        && spread.isEmpty()
        && likings.isEmpty();
  }

  /** Grows when another pod's rules come to mean this one. */
  public int revision() {
    return revision;
  }

  /** Why no pod of the shape may join the node, in that scope; null when one may. */
  public Refusal refusal(NodeState node, Scope scope) {
    for (Spread one : spread) {
      if (scope.covers(one.count().topology())) {
        int domain = one.count().topology().domain(node);
        if (domain < 0) {
          return Refusal.NO_DOMAIN;
        }
        if (one.exceeded(domain)) {
          return Refusal.SKEW;
        }
      }
    }
    if (!required.isEmpty() && !nearRequired(node, scope)) {
      return Refusal.AFFINITY;
    }
    return anyThere(forbidden, node, scope)
        ? Refusal.ANTI_AFFINITY
        : anyThere(guarded, node, scope) ? Refusal.OTHERS_ANTI_AFFINITY : null;
  }

  private boolean nearRequired(NodeState node, Scope scope) {
    boolean first = isFirst();
    for (DomainCount count : required) {
      if (scope.covers(count.topology())) {
        int domain = count.topology().domain(node);
        if (domain < 0 || (!first && count.shown(domain) == 0)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The first of pods that want to be near each other may go anywhere. */
  private boolean isFirst() {
    if (!selfAffine) {
      return false;
    }
    for (DomainCount count : required) {
      if (count.total() > 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean anyThere(List<DomainCount> counts, NodeState node, Scope scope) {
    for (DomainCount count : counts) {
      if (scope.covers(count.topology()) && count.shown(count.topology().domain(node)) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Pairs of pods in each other's way that one more pod there would make. */
  public long clashes(NodeState node, Reading reading) {
    long clashes = 0;
    for (DomainCount count : forbidden) {
      clashes += reading.at(count, count.topology().domain(node));
    }
    for (DomainCount count : guarded) {
      clashes += reading.at(count, count.topology().domain(node));
    }
    return clashes;
  }

  /** The same with kube-scheduler's default weights. */
  public long dislike(NodeState node, Scope scope, Reading reading) {
    return dislike(node, scope, reading, ScoreWeights.SPREAD);
  }

  /** How little the pod, and its company there, like it to join the node; may be negative. */
  public long dislike(NodeState node, Scope scope, Reading reading, ScoreWeights weights) {
    long dislike = 0;
    for (Liking one : likings) {
      if (scope.covers(one.count().topology())) {
        int domain = one.count().topology().domain(node);
        dislike +=
            domain >= 0
                ? one.points(weights) * reading.at(one.count(), domain)
                : one.mustHaveKey() && one.factor(weights) > 0 ? KEYLESS : 0;
      }
    }
    return dislike;
  }

  /** Counts whose change changes what is said of single nodes: those of fine topologies. */
  public List<DomainCount> fine() {
    List<DomainCount> fine = new ArrayList<>(required);
    fine.addAll(forbidden);
    fine.addAll(guarded);
    spread.forEach(one -> fine.add(one.count()));
    likings.forEach(one -> fine.add(one.count()));
    fine.removeIf(count -> count.topology().isCoarse());
    return fine;
  }

  /**
   * What of the whole cluster bears on single nodes of fine topologies: when it changes, all of
   * them are to be looked at anew.
   */
  public long outlook() {
    long outlook = isFirst() ? 1 : 0;
    for (Spread one : spread) {
      if (!one.count().topology().isCoarse()) {
        outlook = 31 * outlook + one.count().least(one.minDomains()) + 2;
      }
    }
    return outlook;
  }

  /** The counts in which a pod of the shape counts. */
  public List<DomainCount> countedIn() {
    return countedIn;
  }
}
