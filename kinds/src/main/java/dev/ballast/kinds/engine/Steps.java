package dev.ballast.kinds.engine;

import dev.ballast.core.status.Failure;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the steps of a write until one refuses. */
final class Steps {

  private Steps() {}

  @SafeVarargs
  static Optional<Failure> untilRefused(Supplier<Optional<Failure>>... steps) {
    for (Supplier<Optional<Failure>> step : steps) {
      Optional<Failure> refused = step.get();
      if (refused.isPresent()) {
        return refused;
      }
    }
    return Optional.empty();
  }
}
