package dev.ballast.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of metadata that decisions read. Timestamps stay RFC 3339 text; "" where absent.
 *
 * @param resourceVersion the revision as a number, 0 before the object was stored
 */
public record ObjectMeta(
    String name,
    String generateName,
    String namespace,
    String uid,
    long resourceVersion,
    long generation,
    String creationTimestamp,
    String deletionTimestamp,
    Long deletionGracePeriodSeconds,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<OwnerReference> ownerReferences,
    List<String> finalizers) {

  public ObjectMeta {
    name = Absent.text(name);
    generateName = Absent.text(generateName);
    namespace = Absent.text(namespace);
    uid = Absent.text(uid);
    creationTimestamp = Absent.text(creationTimestamp);
    deletionTimestamp = Absent.text(deletionTimestamp);
    labels = Absent.map(labels);
    annotations = Absent.map(annotations);
    ownerReferences = Absent.list(ownerReferences);
    finalizers = Absent.list(finalizers);
  }

  public boolean isDeleting() {
    return !deletionTimestamp.isEmpty();
  }

  /** The one owner that manages this object. */
  public Optional<OwnerReference> controller() {
    return ownerReferences.stream().filter(OwnerReference::controller).findFirst();
  }
}
