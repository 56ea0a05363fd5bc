package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.kinds.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Stored bytes as they are: no parse, no copy. */
record PlainRendering(Kind kind) implements Rendering {

  private static final byte[] COMMA = {','};
  private static final byte[] END = "]}\n".getBytes(StandardCharsets.US_ASCII);

  @Override
  public List<byte[]> object(Document document) {
    return List.of(document.json());
  }

  @Override
  public byte[] opening(ListHead head) {
    return opening(kind.kind() + "List", kind.apiVersion(), head);
  }

  @Override
  public List<byte[]> items(List<Document> documents, boolean first) {
    return items(documents, first, this::event);
  }

  @Override
  public byte[] closing() {
    return END.clone();
  }

  /** All lists of items begin alike. */
  static byte[] opening(String kind, String apiVersion, ListHead head) {
    return ("{\"kind\":\"%s\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":["
            .formatted(kind, apiVersion, head.json()))
        .getBytes(StandardCharsets.UTF_8);
  }

  static List<byte[]> items(
      List<Document> documents, boolean first, Function<Document, List<byte[]>> item) {
    List<byte[]> parts = new ArrayList<>(2 * documents.size());
    for (int i = 0; i < documents.size(); i++) {
      if (i > 0 || !first) {
        parts.add(COMMA);
      }
      parts.addAll(item.apply(documents.get(i)));
    }
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
