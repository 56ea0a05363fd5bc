package dev.ballast.planner.cluster;

import dev.ballast.control.plan.PodView;
import java.util.function.Predicate;

/**
 * On what terms a cluster may be changed.
 *
 * @param disruption what moving one pod costs; see {@link Goal#NODE}
 * @param mayMove which pods may be moved at all
 */
public record Terms(Goal goal, long disruption, Predicate<PodView> mayMove) {

  /** A fiftieth of a node for each pod moved, whichever. */
  public static Terms usual(Goal goal) {
    return new Terms(goal, Goal.NODE / 50, pod -> true);
  }
}
