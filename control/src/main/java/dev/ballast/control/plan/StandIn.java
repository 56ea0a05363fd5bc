package dev.ballast.control.plan;

import dev.ballast.core.plan.PodRef;

/**
 * A pod that is to take the place of another one, which is still at work.
 *
 * @param ended it is so no longer able to
 */
public record StandIn(PodRef pod, PodRef replaced, boolean ended) {}
