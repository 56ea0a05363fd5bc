package dev.ballast.api.wire;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** PartialObjectMetadata: metadata alone, cut out of the stored bytes. */
record MetadataRendering(String metaVersion) implements Rendering {

  private static final byte[] END = {'}'};

  @Override
  public List<byte[]> object(Document document) {
    return List.of(start(metaVersion), StoredBytes.metadata(document.json()), END);
  }

  @Override
  public byte[] opening(ListHead head) {
    return PlainRendering.opening("PartialObjectMetadataList", "meta.k8s.io/" + metaVersion, head);
  }

  @Override
  public List<byte[]> items(List<Document> documents, boolean first) {
    return PlainRendering.items(documents, first, this::object);
  }

  @Override
  public byte[] closing() {
    return "]}\n".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public List<byte[]> event(Document document) {
    return object(document);
  }

  @Override
  public byte[] bookmark(long revision, boolean initialEventsEnd) {
    return Json.bytes(
        PlainRendering.bookmark(
            "PartialObjectMetadata", "meta.k8s.io/" + metaVersion, revision, initialEventsEnd));
  }

  static byte[] start(String metaVersion) {
    return ("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/"
            + metaVersion
            + "\",\"metadata\":")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
