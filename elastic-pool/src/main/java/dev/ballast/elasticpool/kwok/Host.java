package dev.ballast.elasticpool.kwok;

import java.util.Objects;

/**
 * A process that hosts simulated machines.
 *
 * @param answers whether it has been heard of just now; one that has not may still have machines
 */
public record Host(String id, boolean answers) {
  public Host {
    Objects.requireNonNull(id, "id");
  }
}
