package dev.ballast.core.model;

/** An object that this one belongs to; with {@code controller}, the one that manages it. */
public record OwnerReference(
    String apiVersion,
    String kind,
    String name,
    String uid,
    boolean controller,
    boolean blockOwnerDeletion) {
  public OwnerReference {
    apiVersion = Absent.text(apiVersion);
    kind = Absent.text(kind);
    name = Absent.text(name);
    uid = Absent.text(uid);
  }
}
