package dev.ballast.stategrid.entry;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;

/**
 * Which objects live in the grid only. Node heartbeats: 10,000 nodes would be 1,000 durable writes
 * a second for something that a restart rightly forgets. All other leases are logged, since
 * operators elect leaders by them.
 */
public final class Volatiles {

  private static final String NAMESPACE = "kube-node-lease";

  private Volatiles() {}

  public static boolean contains(ObjectKey key) {
    return key.namespace().equals(NAMESPACE) && key.type().equals(ResourceType.LEASES);
  }

  /** Whether a watch of this type and namespace ("" for all) would see volatile objects. */
  public static boolean mayBeIn(ResourceType type, String namespace) {
    return type.equals(ResourceType.LEASES) && (namespace.isEmpty() || namespace.equals(NAMESPACE));
  }
}
