package dev.ballast.executor.simulated;

import dev.ballast.core.container.RuntimeResult;
import dev.ballast.core.container.RuntimeUnavailableException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What is wrong with a simulated engine. Guarded by its runtime. */
final class SimulatedFaults {

  private final Set<String> refused = new HashSet<>();
  private boolean down;
  private boolean losingEvents;

  void down(boolean isDown) {
    down = isDown;
  }

  boolean isDown() {
    return down;
  }

  void loseEvents(boolean isLosing) {
    losingEvents = isLosing;
  }

  boolean losesEvents() {
    return losingEvents;
  }

  void refuse(String operation) {
    refused.add(operation);
  }

  void check() {
    if (down) {
      throw new RuntimeUnavailableException("the simulated engine is down", null);
    }
  }

  /** How an operation fails now, once for each time that it was to be refused. */
  Optional<RuntimeResult> of(String operation) {
    check();
    return refused.remove(operation)
        ? Optional.of(
            new RuntimeResult.Refused("Invalid", operation + " refused by the simulation"))
        : Optional.empty();
  }
}
