package dev.ballast.api.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Endpoint;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.MediaType;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.kinds.KindRegistry;
import java.util.Optional;

/** {@code /api} and {@code /apis}, plain or aggregated. Thread-safe. */
public final class DiscoveryRoutes implements Routes {

  private final DiscoveryDocuments documents;
  private final AggregatedDiscovery aggregated;

  public DiscoveryRoutes(KindRegistry kinds) {
    ServedGroups served = new ServedGroups(kinds);
    this.documents = new DiscoveryDocuments(served);
    this.aggregated = new AggregatedDiscovery(served);
  }

  @Override
  public void install(RouteTable table) {
    Endpoint core = exchange -> root(exchange, true);
    Endpoint groups = exchange -> root(exchange, false);
    table.path("/api", false, core);
    table.path("/apis", false, groups);
    table.path("/api/", false, exchange -> below(exchange, core));
    table.path("/apis/", false, exchange -> below(exchange, groups));
  }

  private void root(Exchange exchange, boolean core) throws Refusal {
    requireGet(exchange);
    for (MediaType clause : MediaType.accepted(exchange.header("Accept"))) {
      boolean asked =
          clause.name().equals(MediaType.JSON)
              && clause.parameter("g").equals("apidiscovery.k8s.io")
              && clause.parameter("as").equals("APIGroupDiscoveryList");
      String version = clause.parameter("v");
      if (asked && (version.equals("v2") || version.equals("v2beta1"))) {
        exchange.addHeader("Vary", "Accept");
        exchange.send(
            200,
            "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList"
                .formatted(version),
            Json.bytes(aggregated.document(core, version)));
        return;
      }
      if (clause.includes(MediaType.JSON) && clause.parameter("as").isEmpty()) {
        break;
      }
    }
    exchange.addHeader("Vary", "Accept");
    send(exchange, core ? documents.coreVersions(exchange.header("Host")) : documents.groups());
  }

  private void below(Exchange exchange, Endpoint root) throws Refusal {
    requireGet(exchange);
    String[] parts = exchange.info().path().replaceAll("/+$", "").split("/");
    Optional<ObjectNode> document =
        switch (parts.length) {
          case 3 ->
              parts[1].equals("api")
                  ? documents.resources("", parts[2])
                  : documents.group(parts[2]);
          case 4 ->
              parts[1].equals("apis") ? documents.resources(parts[2], parts[3]) : Optional.empty();
          default -> Optional.empty();
        };
    if (parts.length == 2) {
      root.serve(exchange);
      return;
    }
    send(exchange, document.orElseThrow(DiscoveryRoutes::noPage));
  }

  private static void send(Exchange exchange, ObjectNode document) {
    exchange.send(200, MediaType.JSON, Json.bytes(document));
  }

  private static void requireGet(Exchange exchange) throws Refusal {
    if (!exchange.info().verb().equals("get") && !exchange.info().verb().equals("head")) {
      throw new Refusal(
          new Failure(
              405,
              "MethodNotAllowed",
              "the server does not allow this method on the requested resource"));
    }
  }

  private static Refusal noPage() {
    return new Refusal(
        new Failure(404, "NotFound", "the server could not find the requested resource"));
  }
}
