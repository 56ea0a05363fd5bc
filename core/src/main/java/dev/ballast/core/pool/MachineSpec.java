package dev.ballast.core.pool;

import java.util.Map;
import java.util.Objects;

/**
 * A machine wanted.
 *
 * @param name unique in its provider; the node registers under it
 * @param pool the pool that it belongs to
 * @param token who wants it: the same name with the same token is the same machine, so a repeated
 *     request makes no second one
 * @param capacity as resource quantities; empty where the provider decides
 * @param labels the node shall carry them
 */
public record MachineSpec(
    String name,
    String pool,
    String token,
    Map<String, String> capacity,
    Map<String, String> labels) {

  public MachineSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(pool, "pool");
    Objects.requireNonNull(token, "token");
    capacity = Map.copyOf(capacity);
    labels = Map.copyOf(labels);
  }
}
