package dev.ballast.api.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.time.Now;
import dev.ballast.kinds.Column;
import dev.ballast.kinds.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Table: a row of cells for each object, which is what kubectl prints. One instance serves one
 * request, since a watch tells the columns with its first event only.
 */
final class TableRendering implements Rendering {

  /** What a row carries beside its cells. */
  enum Include {
    NONE,
    METADATA,
    OBJECT
  }

  private static final List<Column> FALLBACK =
      List.of(
          new Column("Name", "string", "name", "", 0, (object, now) -> object.at("/metadata/name")),
          new Column(
              "Created At",
              "date",
              "",
              "",
              0,
              (object, now) -> object.at("/metadata/creationTimestamp")));

  private static final byte[] FIRST_ROW = ascii("{\"cells\":");
  private static final byte[] NEXT_ROW = ascii(",{\"cells\":");
  private static final byte[] OBJECT = ascii(",\"object\":");
  private static final byte[] NO_OBJECT = ascii(",\"object\":null}");
  private static final byte[] END_OF_METADATA = ascii("}}");
  private static final byte[] END_OF_ROW = ascii("}");
  private static final byte[] END = ascii("]}");

  private final Kind kind;
  private final String metaVersion;
  private final Include include;
  private final Now now;
  private final List<Column> columns;
  private final byte[] metadataStart;
  private boolean columnsTold;

  TableRendering(Kind kind, String metaVersion, Include include, Now now) {
    this.kind = kind;
    this.metaVersion = metaVersion;
    this.include = include;
    this.now = now;
    this.metadataStart = MetadataRendering.start(metaVersion);
    this.columns = kind.columns().isEmpty() ? FALLBACK : kind.columns();
  }

  @Override
  public List<byte[]> object(Document document) {
    String head = "{\"resourceVersion\":\"" + document.revision() + "\"}";
    return table(head, true, List.of(document));
  }

  @Override
  public byte[] opening(ListHead head) {
    return opening(head.json(), true);
  }

  @Override
  public List<byte[]> items(List<Document> documents, boolean first) {
    List<byte[]> parts = new ArrayList<>(6 * documents.size());
    for (int i = 0; i < documents.size(); i++) {
      row(documents.get(i), first && i == 0, parts);
    }
    return parts;
  }

  @Override
  public byte[] closing() {
    return END.clone();
  }

  @Override
  public List<byte[]> event(Document document) {
    boolean first = !columnsTold;
    columnsTold = true;
    String head = "{\"resourceVersion\":\"" + document.revision() + "\"}";
    return table(head, first, List.of(document));
  }

  @Override
  public byte[] bookmark(long revision, boolean initialEventsEnd) {
    ObjectNode table =
        PlainRendering.bookmark("Table", "meta.k8s.io/" + metaVersion, revision, initialEventsEnd);
    table.putArray("columnDefinitions");
    table.putArray("rows");
    return Json.bytes(table);
  }

  private List<byte[]> table(String head, boolean withColumns, List<Document> documents) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(opening(head, withColumns));
    parts.addAll(items(documents, true));
    parts.add(closing());
    return parts;
  }

  private byte[] opening(String head, boolean withColumns) {
    return ("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/%s\",\"metadata\":%s,"
                .formatted(metaVersion, head)
            + "\"columnDefinitions\":"
            + (withColumns ? definitions().toString() : "[]")
            + ",\"rows\":[")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void row(Document document, boolean first, List<byte[]> parts) {
    parts.add(first ? FIRST_ROW : NEXT_ROW);
    parts.add(Json.bytes(cells(document.tree())));
    switch (include) {
      case NONE -> parts.add(NO_OBJECT);
      case METADATA -> {
        parts.add(OBJECT);
        parts.add(metadataStart);
        parts.add(StoredBytes.metadata(document.json()));
        parts.add(END_OF_METADATA);
      }
      case OBJECT -> {
        parts.add(OBJECT);
        parts.add(document.json());
        parts.add(END_OF_ROW);
      }
    }
  }

  private ArrayNode cells(JsonNode object) {
    ArrayNode cells = JsonNodeFactory.instance.arrayNode(columns.size());
    for (Column column : columns) {
      JsonNode cell = column.cell().of(object, now);
      cells.add(cell == null || cell.isMissingNode() ? TextNode.valueOf("") : cell);
    }
    return cells;
  }

  private ArrayNode definitions() {
    ArrayNode definitions = JsonNodeFactory.instance.arrayNode(columns.size());
    for (Column column : columns) {
      definitions
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("format", column.format())
          .put("description", column.description())
          .put("priority", column.priority());
    }
    return definitions;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
