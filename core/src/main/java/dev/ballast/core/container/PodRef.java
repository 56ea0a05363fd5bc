package dev.ballast.core.container;

/** The pod that something belongs to. */
public record PodRef(String namespace, String name, String uid) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
