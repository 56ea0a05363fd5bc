package dev.ballast.core.pool;

import java.util.Objects;

/**
 * A machine that the provider has, or is making.
 *
 * @param id the provider's name for it, as in the node's {@code spec.providerID}
 */
public record Machine(String id, MachineSpec spec) {
  public Machine {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(spec, "spec");
  }
}
