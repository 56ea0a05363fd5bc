package dev.ballast.control.plan;

import dev.ballast.core.model.Absent;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.placement.ScoreWeights;

/** A SchedulingProfile of ballast.dev. */
public record ProfileView(ObjectMeta metadata, Spec spec) {

  public ProfileView {
    spec = spec == null ? new Spec("", "", null) : spec;
  }

  /**
   * @param schedulerName pods choose the profile by it
   * @param weights null for those of the strategy
   */
  public record Spec(String schedulerName, String strategy, Weights weights) {
    public Spec {
      schedulerName = Absent.text(schedulerName);
      strategy = Absent.text(strategy);
    }
  }

  /** Null where the strategy decides. */
  public record Weights(
      Integer leastAllocated,
      Integer mostAllocated,
      Integer balancedAllocation,
      Integer newNode,
      Integer nodeAffinity,
      Integer taintToleration,
      Integer interPodAffinity,
      Integer podTopologySpread,
      Integer imageLocality) {}

  ScoreWeights scoreWeights() {
    ScoreWeights usual = ScoreWeights.of(spec.strategy());
    Weights own = spec.weights();
    return own == null
        ? usual
        : new ScoreWeights(
            or(own.leastAllocated(), usual.leastAllocated()),
            or(own.mostAllocated(), usual.mostAllocated()),
            or(own.balancedAllocation(), usual.balancedAllocation()),
            or(own.newNode(), usual.newNode()),
            or(own.nodeAffinity(), usual.nodeAffinity()),
            or(own.taintToleration(), usual.taintToleration()),
            or(own.interPodAffinity(), usual.interPodAffinity()),
            or(own.podTopologySpread(), usual.podTopologySpread()),
            or(own.imageLocality(), usual.imageLocality()));
  }

  private static int or(Integer own, int usual) {
    return own == null ? usual : own;
  }
}
