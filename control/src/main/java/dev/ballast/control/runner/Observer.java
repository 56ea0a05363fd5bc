package dev.ballast.control.runner;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.status.Failure;
import java.util.Optional;

/**
 * Assembles what a decision about one key needs, from informers only. It does no I/O beyond their
 * local copies.
 */
@FunctionalInterface
public interface Observer<S> {

  /**
   * @param refusal why the last round for this key ended early, if the store refused a write
   * @return empty when there is nothing to decide (the object is gone)
   */
  Optional<S> observe(ObjectKey key, Optional<Failure> refusal);
}
