package dev.ballast.planner.optimize;

import dev.ballast.core.plan.PodRef;
import dev.ballast.core.status.Failure;
import java.util.Optional;

/** Asks for a pod to go as its disruption budget allows. Blocks. */
@FunctionalInterface
public interface Evictor {

  /** Why it may not go now; empty when it goes, or is gone. */
  Optional<Failure> evict(PodRef pod);
}
