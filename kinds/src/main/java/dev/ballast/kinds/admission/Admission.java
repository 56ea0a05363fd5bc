package dev.ballast.kinds.admission;

import dev.ballast.core.status.Failure;
import java.util.Optional;

/**
 * One rule of the cluster that a kind's schema and hooks cannot express, because it looks at other
 * objects. It may refuse the write, change the document, or stage further writes that become part
 * of the same commit. It runs after defaulting and before validation, again for every retry, so it
 * must be repeatable. Stateless and thread-safe.
 */
@FunctionalInterface
public interface Admission {

  /** Empty when the write may go on. */
  Optional<Failure> admit(Review review, State state);
}
