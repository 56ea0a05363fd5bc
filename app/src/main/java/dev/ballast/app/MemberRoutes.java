package dev.ballast.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * The members over the API. {@code GET /servers} tells anyone where the API is to be had; {@code
 * /apis/ballast.dev/v1/members} lists them, welcomes ({@code POST}), admits ({@code POST …/ID}) and
 * removes ({@code DELETE …/ID}) them, for administrators and those who hold the member token.
 */
final class MemberRoutes implements Routes {

  private final Supplier<Membership> membership;

  /**
   * @param membership there once the API listens
   */
  MemberRoutes(Supplier<Membership> membership) {
    this.membership = membership;
  }

  @Override
  public void install(RouteTable table) {
    table.path("/servers", true, this::servers);
    table.resource("ballast.dev", "members", this::members);
  }

  private void servers(Exchange exchange) {
    ObjectNode answer = Json.object();
    membership.get().urls().forEach(answer.putArray("servers")::add);
    exchange.send(200, "application/json", Json.bytes(answer));
  }

  private void members(Exchange exchange) throws Refusal {
    if (!exchange.user().groups().contains("system:masters")) {
      throw new Refusal(
          new Failure(403, "Forbidden", "only administrators and members deal with members"));
    }
    try {
      answer(exchange, exchange.info().verb(), exchange.info().name());
    } catch (Membership.RefusedException e) {
      throw new Refusal(e.failure());
    } catch (IllegalArgumentException e) {
      throw new Refusal(Failures.badRequest(e.getMessage()));
    }
  }

  private void answer(Exchange exchange, String verb, String name)
      throws Refusal, Membership.RefusedException {
    switch (verb) {
      case "get", "list" -> list(exchange);
      case "create" -> {
        if (name.isEmpty()) {
          exchange.send(
              201, "application/json", Json.bytes(membership.get().welcome(body(exchange))));
        } else {
          membership.get().admit(name);
          list(exchange);
        }
      }
      case "delete" -> {
        membership.get().remove(name);
        list(exchange);
      }
      default ->
          throw new Refusal(new Failure(405, "MethodNotAllowed", verb + " is not for members"));
    }
  }

  private void list(Exchange exchange) {
    exchange.send(200, "application/json", Json.bytes(membership.get().answer().json()));
  }

  private static JsonNode body(Exchange exchange) throws Refusal {
    try {
      return Json.MAPPER.readTree(exchange.body());
    } catch (IOException e) {
      throw new Refusal(Failures.badRequest("the body is no JSON: " + e.getMessage()));
    }
  }
}
