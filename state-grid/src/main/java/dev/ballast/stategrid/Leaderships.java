package dev.ballast.stategrid;

import dev.ballast.core.store.ResourceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who is told when this member begins and ceases to lead. Each hears of every change in the order
 * in which they came, one that comes later too: they are told under a lock, so that a listener may
 * note and schedule, and must not wait for whoever else leads or is told. Thread-safe.
 */
final class Leaderships {

  private final List<StateGrid.Leadership> told = new ArrayList<>();
  private Optional<ResourceStore> leading = Optional.empty();

  synchronized void gained(ResourceStore now) {
    leading = Optional.of(now);
    told.forEach(listener -> listener.gained(now));
  }

  synchronized void lost() {
    leading = Optional.empty();
    told.forEach(StateGrid.Leadership::lost);
  }

  /** From now on, and at once if this member leads. */
  synchronized void add(StateGrid.Leadership listener) {
    told.add(listener);
    leading.ifPresent(listener::gained);
  }
}
