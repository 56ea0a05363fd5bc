package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Stored bytes as they are: no parse, no copy. */
record PlainRendering(Kind kind) implements Rendering {

  private static final byte[] COMMA = {','};
  private static final byte[] END = "]}\n".getBytes(StandardCharsets.US_ASCII);

  @Override
  public List<byte[]> object(Document document) {
    return List.of(document.json());
  }

  @Override
  public List<byte[]> list(List<Document> documents, ListHead head) {
    return items(kind.kind() + "List", kind.apiVersion(), head, documents, this::event);
  }

  /** The frame that all lists of items have. */
  static List<byte[]> items(
      String kind,
      String apiVersion,
      ListHead head,
      List<Document> documents,
      java.util.function.Function<Document, List<byte[]>> item) {
    List<byte[]> parts = new ArrayList<>(2 * documents.size() + 2);
    parts.add(
        ("{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":["
                .formatted(kind, apiVersion, head.json()))
            .getBytes(StandardCharsets.UTF_8));
    boolean first = true;
    for (Document document : documents) {
      if (!first) {
        parts.add(COMMA);
      }
      first = false;
      parts.addAll(item.apply(document));
    }
    parts.add(END);
    return parts;
  }

  @Override
  public List<byte[]> event(Document document) {
    return List.of(document.json());
  }

  @Override
  public byte[] bookmark(long revision, boolean initialEventsEnd) {
    return Json.bytes(bookmark(kind.kind(), kind.apiVersion(), revision, initialEventsEnd));
  }

  static ObjectNode bookmark(
      String kind, String apiVersion, long revision, boolean initialEventsEnd) {
    ObjectNode object = Json.object().put("kind", kind).put("apiVersion", apiVersion);
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(revision)).putNull("creationTimestamp");
    if (initialEventsEnd) {
      metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    }
    return object;
  }
}
