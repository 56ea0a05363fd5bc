package dev.ballast.kinds.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Which part of a document each subresource owns. Pure. */
final class Subresources {

  private Subresources() {}

  /** The new document: what the subresource owns from the body, all else from the stored one. */
  static ObjectNode merged(Request request, ObjectNode body, ObjectNode previous) {
    return switch (request.subresource()) {
      case "" -> {
        if (request.kind().subresources().contains("status")) {
          take(body, previous, "status");
        }
        yield body;
      }
      case "status" -> {
        ObjectNode document = previous.deepCopy();
        take(document, body, "status");
        take(Metadata.of(document), Metadata.of(body), "annotations");
        yield document;
      }
      case "finalize" -> {
        ObjectNode document = previous.deepCopy();
        take(document.withObjectProperty("spec"), body.path("spec"), "finalizers");
        yield document;
      }
      case "scale" -> {
        ObjectNode document = previous.deepCopy();
        take(document.withObjectProperty("spec"), body.path("spec"), "replicas");
        yield document;
      }
      default ->
          throw new IllegalArgumentException(
              request.key() + " has no writable subresource " + request.subresource());
    };
  }

  /** Makes one field what it is in {@code source}, absence included. */
  private static void take(ObjectNode target, JsonNode source, String field) {
    JsonNode value = source.get(field);
    if (value == null) {
      target.remove(field);
    } else {
      target.set(field, value);
    }
  }
}
