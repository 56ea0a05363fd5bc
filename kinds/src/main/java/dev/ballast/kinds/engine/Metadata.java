package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The part of metadata that belongs to the system, on document trees. Pure but for its argument.
 */
final class Metadata {

  /** Kinds whose specification Kubernetes does not count generations of. */
  private static final Set<String> UNCOUNTED =
      Set.of(
          "namespaces",
          "nodes",
          "services",
          "endpoints",
          "configmaps",
          "secrets",
          "serviceaccounts",
          "events",
          "leases");

  private static final List<String> KEPT =
      List.of(
          "name",
          "generateName",
          "namespace",
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation");

  private Metadata() {}

  static ObjectNode of(ObjectNode document) {
    return (ObjectNode) document.get("metadata");
  }

  static String text(ObjectNode document, String field) {
    return document.path("metadata").path(field).asText("");
  }

  /** Makes it the metadata of a new object. */
  static void begin(ObjectNode document, ObjectKey key, String uid, String timestamp) {
    ObjectNode metadata = of(document);
    metadata.remove(
        List.of(
            "selfLink",
            "managedFields",
            "resourceVersion",
            "generation",
            "deletionTimestamp",
            "deletionGracePeriodSeconds"));
    metadata.put("name", key.name());
    place(metadata, key);
    metadata.put("uid", uid);
    metadata.put("creationTimestamp", timestamp);
    if (counted(key)) {
      metadata.put("generation", 1);
    }
  }

  private static void place(ObjectNode metadata, ObjectKey key) {
    if (key.namespace().isEmpty()) {
      metadata.remove("namespace");
    } else {
      metadata.put("namespace", key.namespace());
    }
  }

  /** Keeps what nobody may change. */
  static void carryOver(ObjectNode document, ObjectNode previous) {
    ObjectNode metadata = of(document);
    metadata.remove(List.of("selfLink", "managedFields", "resourceVersion"));
    for (String field : KEPT) {
      JsonNode value = of(previous).get(field);
      if (value == null) {
        metadata.remove(field);
      } else {
        metadata.set(field, value);
      }
    }
  }

  /** Counts a change of anything but metadata and status. */
  static void countGeneration(ObjectKey key, ObjectNode document, ObjectNode previous) {
    if (counted(key) && !specification(document).equals(specification(previous))) {
      nextGeneration(key, document);
    }
  }

  static void nextGeneration(ObjectKey key, ObjectNode document) {
    if (counted(key)) {
      of(document).put("generation", of(document).path("generation").asLong() + 1);
    }
  }

  private static boolean counted(ObjectKey key) {
    return !UNCOUNTED.contains(key.type().plural());
  }

  private static ObjectNode specification(ObjectNode document) {
    ObjectNode fields = document.objectNode();
    fields.setAll(document);
    return fields.without(List.of("metadata", "status"));
  }

  static boolean isDeleting(ObjectNode document) {
    return !text(document, "deletionTimestamp").isEmpty();
  }

  static long gracePeriodSeconds(ObjectNode document) {
    return of(document).path("deletionGracePeriodSeconds").asLong(0);
  }

  static List<String> finalizers(ObjectNode document) {
    List<String> names = new ArrayList<>();
    of(document).path("finalizers").forEach(name -> names.add(name.asText()));
    return names;
  }

  static void setFinalizers(ObjectNode document, List<String> finalizers) {
    if (finalizers.isEmpty()) {
      of(document).remove("finalizers");
    } else {
      var array = of(document).putArray("finalizers");
      finalizers.forEach(array::add);
    }
  }

  /** A resourceVersion that somebody wrote; -1, which nothing ever has, when it is no number. */
  static long revision(String text) {
    try {
      long revision = Long.parseLong(text);
      return revision > 0 ? revision : -1;
    } catch (NumberFormatException noNumber) {
      return -1;
    }
  }
}
