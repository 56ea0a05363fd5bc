package dev.ballast.control.plan;

import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import java.util.List;

/**
 * What became of a plan.
 *
 * @param bound durable now, in the plan's order
 * @param dropped bindings that the newest state did not allow; their pods, as far as they still
 *     wait, want a new plan
 */
public record Applied(List<Bound> bound, List<Dropped> dropped) {

  public Applied {
    bound = List.copyOf(bound);
    dropped = List.copyOf(dropped);
  }

  /**
   * @param revision the commit that bound it
   */
  public record Bound(Plan.Binding binding, long revision) {
    public PodRef pod() {
      return binding.pod();
    }

    public String node() {
      return binding.node();
    }
  }

  /**
   * @param message for a person
   */
  public record Dropped(Plan.Binding binding, Reason reason, String message) {}

  /** Why a binding was dropped. */
  public enum Reason {
    /** It is gone, or another of the same name is there. */
    POD_GONE,
    /** It no longer waits: bound, ended, held back or being deleted. */
    POD_NOT_WAITING,
    /** It changed while it was being bound. */
    POD_CHANGED,
    NODE_GONE,
    /** Cordoned, tainted, or its labels changed. */
    NODE_REFUSES,
    /** A volume of its own is to be made there first, by somebody else. */
    VOLUME_NOT_MADE,
    /** Its gang would not be whole. */
    GANG_SHORT,
    /** Others took the room first. */
    NO_ROOM,
    /** Admission said no. */
    REFUSED,
    /** The store takes no writes now. */
    UNAVAILABLE
  }
}
