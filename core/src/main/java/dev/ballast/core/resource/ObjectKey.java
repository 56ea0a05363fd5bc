package dev.ballast.core.resource;

import java.util.Comparator;
import java.util.Objects;

/** Names one object. {@code namespace} is "" for a cluster-scoped object. Ordered as lists are. */
public record ObjectKey(ResourceType type, String namespace, String name)
    implements Comparable<ObjectKey> {

  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::type)
          .thenComparing(ObjectKey::namespace)
          .thenComparing(ObjectKey::name);

  public ObjectKey {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
  }

  public static ObjectKey cluster(ResourceType type, String name) {
    return new ObjectKey(type, "", name);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? type + " " + name : type + " " + namespace + "/" + name;
  }
}
