package dev.ballast.api.openapi;

import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.Kind;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.schema.SchemaCatalog;
import java.util.List;
import java.util.Map;

/**
 * {@code /openapi/v2} and {@code /openapi/v3}. Makes the documents when they are first asked for,
 * and again when the kinds have changed. Thread-safe.
 */
public final class OpenApiRoutes implements Routes {

  private static final String JSON = "application/json";

  /** Asked for with an "@" before the version, answered without: clients compare it so. */
  private static final String PROTOBUF =
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

  private static final String V3 = "/openapi/v3";

  private final KindRegistry kinds;
  private final SchemaCatalog types;
  private Snapshot snapshot;

  private record Snapshot(
      List<Kind> kinds, byte[] v2Json, byte[] v2Protobuf, Map<String, byte[]> v3, byte[] v3Index) {}

  public OpenApiRoutes(KindRegistry kinds, SchemaCatalog types) {
    this.kinds = kinds;
    this.types = types;
  }

  @Override
  public void install(RouteTable table) {
    table.path("/openapi/v2", false, this::v2);
    table.path(V3, false, this::v3);
    table.path(V3 + "/", false, this::v3);
  }

  private void v2(Exchange exchange) {
    boolean protobuf =
        exchange.header("Accept").contains("proto-openapi.spec.v2")
            && exchange.header("Accept").contains("protobuf");
    Snapshot now = snapshot();
    exchange.addHeader("Vary", "Accept");
    if (protobuf) {
      exchange.send(200, PROTOBUF, now.v2Protobuf());
    } else {
      exchange.send(200, JSON, now.v2Json());
    }
  }

  private void v3(Exchange exchange) throws Refusal {
    String path = exchange.info().path();
    String folder = path.substring(Math.min(path.length(), V3.length() + 1)).replaceAll("/+$", "");
    Snapshot now = snapshot();
    byte[] document = folder.isEmpty() ? now.v3Index() : now.v3().get(folder);
    if (document == null) {
      throw new Refusal(
          new Failure(404, "NotFound", "the server could not find the requested resource"));
    }
    String hash = exchange.query("hash");
    if (!hash.isEmpty() && hash.equals(OpenApiDocuments.hash(document))) {
      exchange.addHeader("Cache-Control", "public, immutable, max-age=31536000");
    }
    exchange.addHeader("ETag", '"' + OpenApiDocuments.hash(document) + '"');
    exchange.send(200, JSON, document);
  }

  private synchronized Snapshot snapshot() {
    if (snapshot == null || !snapshot.kinds().equals(kinds.all())) {
      OpenApiDocuments documents = new OpenApiDocuments(kinds, types);
      Map<String, byte[]> v3 = documents.v3();
      snapshot =
          new Snapshot(
              kinds.all(),
              documents.v2Json(),
              documents.v2Protobuf(),
              v3,
              OpenApiDocuments.v3Index(v3));
    }
    return snapshot;
  }
}
