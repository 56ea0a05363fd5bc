package dev.ballast.control.plan;

import dev.ballast.core.plan.PodRef;

/**
 * A pod to be created again on another node, before it goes from where it is.
 *
 * @param name the new pod's
 */
public record Replacement(PodRef pod, String from, String to, String name) {

  /** What became of it. */
  public sealed interface Outcome {

    /** The new pod is there, on its node, and counts. */
    record Made(PodRef pod) implements Outcome {}

    /**
     * The newest state did not allow it; nothing was done.
     *
     * @param message for a person
     */
    record Dropped(Applied.Reason reason, String message) implements Outcome {}
  }
}
