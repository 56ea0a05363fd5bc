package dev.ballast.core.store;

/**
 * How to delete, as in Kubernetes' DeleteOptions.
 *
 * @param uid the uid the object must have; "" for any
 * @param gracePeriodSeconds -1 to take the object's own; 0 to remove at once
 */
public record DeleteOptions(String uid, long gracePeriodSeconds, Propagation propagation) {

  /** What becomes of the objects that it owns. DEFAULT leaves the choice to the kind. */
  public enum Propagation {
    DEFAULT,
    BACKGROUND,
    FOREGROUND,
    ORPHAN
  }

  public static final DeleteOptions DEFAULTS = new DeleteOptions("", -1, Propagation.DEFAULT);

  public static DeleteOptions ofUid(String uid) {
    return new DeleteOptions(uid, -1, Propagation.DEFAULT);
  }
}
