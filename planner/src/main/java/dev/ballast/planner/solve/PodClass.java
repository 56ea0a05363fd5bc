package dev.ballast.planner.solve;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.Bonds.Scope;
import dev.ballast.control.plan.DomainCount;
import dev.ballast.control.plan.Images;
import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.NodeRules;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ScoreWeights;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Pods that judge single nodes alike: by the same node rules and, where some of their rules about
 * other pods speak of fine topologies (node by node), the same bonds; where their images are about,
 * the same images; in a cluster with GPUs, those of one shape. It follows counts and devices by
 * what changed in them since it was last asked. One thread.
 */
final class PodClass {

  private static final int WORST = Eligibility.NONE - 1;

  private final PodShape shape;
  private final ScoreWeights weights;
  private final NodeRules rules;
  private final Bonds bonds;
  private final GpuFollower gpus;
  private final VolumeFollower volumes;
  private final Images images;
  private int volumesSeen = -1;
  private int imagesSeen = -1;
  private long touched;
  private int version = -1;
  private List<DomainCount> fine = List.of();
  private long[] seen = {};
  private long outlook;
  private int revision = -1;
  private Eligibility[] parts = {};

  /**
   * @param shape of which only what the other two do not say is read
   * @param bonds null where none of them is about single nodes
   * @param gpus null in a cluster without GPUs
   * @param volumes null for pods without claims
   * @param images null where none of their images is on any node
   */
  PodClass(
      PodShape shape,
      ScoreWeights weights,
      Bonds bonds,
      GpuFollower gpus,
      VolumeFollower volumes,
      Images images) {
    this.shape = shape;
    this.weights = weights;
    this.images = images;
    this.volumes = volumes;
    this.rules = shape.rules();
    this.bonds = bonds;
    this.gpus = gpus;
  }

  Eligibility in(District district) {
    int number = district.number();
    if (number >= parts.length) {
      parts = Arrays.copyOf(parts, Math.max(number + 1, 2 * parts.length));
    }
    if (parts[number] == null || parts[number].leaves() != district.leaves()) {
      parts[number] = new Eligibility(district, this::judge);
    }
    return parts[number];
  }

  void nodeChanged(District district, int place) {
    if (bonds != null && outlook != bonds.outlook()) {
      // Judged by another outlook than the rest, the node would be wrong once that one is back.
      revision = -1;
    }
    int number = district.number();
    if (number < parts.length && parts[number] != null) {
      if (parts[number].leaves() == district.leaves()) {
        parts[number].nodeChanged(place, district.node(place));
      } else {
        parts[number] = null;
      }
    }
  }

  /**
   * Brings itself up to date.
   *
   * @param review looks at one node anew, by {@link #nodeChanged}
   */
  void catchUp(RecentNodes recent, Consumer<NodeState> review) {
    if (volumes != null && volumesSeen != volumes.version()) {
      volumesSeen = volumes.version();
      Arrays.fill(parts, null);
    }
    if (images != null && imagesSeen != images.version()) {
      imagesSeen = images.version();
      Arrays.fill(parts, null);
    }
    if (gpus != null) {
      followGpus(recent, review);
    }
    if (bonds != null) {
      followBonds(review);
    }
  }

  private void followGpus(RecentNodes recent, Consumer<NodeState> review) {
    if (version != gpus.worth().version() || !recent.remembers(touched)) {
      version = gpus.worth().version();
      Arrays.fill(parts, null);
    } else {
      for (long i = touched; i < recent.count(); i++) {
        review.accept(recent.at(i));
      }
    }
    touched = recent.count();
  }

  private void followBonds(Consumer<NodeState> review) {
    if (revision != bonds.revision() || outlook != bonds.outlook() || isBehind()) {
      startOver();
      return;
    }
    for (int i = 0; i < seen.length; i++) {
      DomainCount count = fine.get(i);
      for (; seen[i] < count.changes(); seen[i]++) {
        count.topology().members(count.changed(seen[i])).forEach(review);
      }
    }
  }

  private boolean isBehind() {
    for (int i = 0; i < seen.length; i++) {
      DomainCount count = fine.get(i);
      if (seen[i] < count.changes() && count.changed(seen[i]) < 0) {
        return true;
      }
    }
    return false;
  }

  private void startOver() {
    fine = bonds.fine();
    seen = fine.stream().mapToLong(DomainCount::changes).toArray();
    outlook = bonds.outlook();
    revision = bonds.revision();
    Arrays.fill(parts, null);
  }

  private int judge(NodeState node) {
    if (rules.refusal(node.node().orElseThrow()).isPresent()
        || (bonds != null && bonds.refusal(node, Scope.FINE) != null)) {
      return Eligibility.NONE;
    }
    if (volumes != null && volumes.refuses(node)) {
      return Eligibility.NONE;
    }
    int byGpus = gpus == null ? 0 : gpus.judge(node);
    if (byGpus == Eligibility.NONE) {
      return Eligibility.NONE;
    }
    long dislike = byGpus + rules.dislike(node.node().orElseThrow(), weights);
    if (images != null) {
      dislike -= (long) weights.imageLocality() * images.score(shape, node);
    }
    if (bonds != null) {
      dislike += bonds.dislike(node, Scope.FINE, DomainCount::shown, weights);
    }
    return Math.clamp(dislike, -WORST, WORST);
  }
}
