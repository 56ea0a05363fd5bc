package dev.ballast.core.resource;

import java.util.Objects;

/** Names one object. {@code namespace} is "" for a cluster-scoped object. Ordered as lists are. */
public record ObjectKey(ResourceType type, String namespace, String name)
    implements Comparable<ObjectKey> {

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
    int byType = type == other.type ? 0 : type.compareTo(other.type);
    int byNamespace = byType != 0 ? byType : namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? type + " " + name : type + " " + namespace + "/" + name;
  }
}
