package dev.ballast.core.plan;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.Objects;

/** One pod and no later one of the same name. */
public record PodRef(ObjectKey key, String uid) {

  public PodRef {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(uid, "uid");
  }

  public static PodRef of(String namespace, String name, String uid) {
    return new PodRef(new ObjectKey(ResourceType.PODS, namespace, name), uid);
  }

  @Override
  public String toString() {
    return key.namespace() + "/" + key.name();
  }
}
