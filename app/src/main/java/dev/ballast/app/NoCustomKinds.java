package dev.ballast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;

/**
 * Says that there are no CustomResourceDefinitions. kubectl lists them before it creates an object
 * of a kind that cannot be patched, such as a review, and gives up when it is told 404.
 */
record NoCustomKinds() implements Routes {

  @Override
  public void install(RouteTable table) {
    table.resource("apiextensions.k8s.io", "customresourcedefinitions", NoCustomKinds::list);
  }

  private static void list(Exchange exchange) throws Refusal {
    if (!exchange.info().verb().equals("list")) {
      throw new Refusal(
          new Failure(404, "NotFound", "the server could not find the requested resource"));
    }
    ObjectNode none = Json.object().put("kind", "CustomResourceDefinitionList");
    none.put("apiVersion", "apiextensions.k8s.io/v1").putObject("metadata");
    none.putArray("items");
    exchange.send(200, "application/json", Json.bytes(none));
  }
}
