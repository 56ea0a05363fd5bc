package dev.ballast.api.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What the security of the cluster serves itself: its authority's certificate, which anyone may
 * have (a node checks it against its token), and the tokens of ServiceAccounts.
 */
public final class SecurityRoutes implements Routes {

  private final CertificateAuthority authority;
  private final TokenRequests tokenRequests;

  public SecurityRoutes(CertificateAuthority authority, TokenRequests tokenRequests) {
    this.authority = authority;
    this.tokenRequests = tokenRequests;
  }

  @Override
  public void install(RouteTable table) {
    table.path("/cacerts", true, this::certificate);
    table.subresource("", "serviceaccounts", "token", this::token);
  }

  private void certificate(Exchange exchange) {
    exchange.send(
        200,
        "application/x-pem-file",
        authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
  }

  private void token(Exchange exchange) throws Refusal {
    if (!exchange.info().verb().equals("create")) {
      throw new Refusal(
          new Failure(
              405,
              "MethodNotAllowed",
              "the server does not allow this method on the requested"
                  + " resource: POST a TokenRequest"));
    }
    TokenRequests.Answer answer =
        tokenRequests.answer(exchange.info().namespace(), exchange.info().name(), body(exchange));
    switch (answer) {
      case TokenRequests.Answer.Made made ->
          exchange.send(201, "application/json", Json.bytes(made.tokenRequest()));
      case TokenRequests.Answer.Refused refused -> throw new Refusal(refused.failure());
    }
  }

  private static ObjectNode body(Exchange exchange) throws Refusal {
    try {
      JsonNode body = Json.MAPPER.readTree(exchange.body());
      if (body instanceof ObjectNode object) {
        return object;
      }
      throw new Refusal(new Failure(400, "BadRequest", "the body is no TokenRequest"));
    } catch (JsonProcessingException e) {
      throw new Refusal(
          new Failure(400, "BadRequest", "the body is no JSON: " + e.getOriginalMessage()));
    } catch (IOException e) {
      throw new Refusal(new Failure(400, "BadRequest", "the body cannot be read: " + e));
    }
  }
}
