package dev.ballast.api.security;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.Bodies;
import dev.ballast.api.wire.Body;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import java.nio.charset.StandardCharsets;

/**
 * What the security of the cluster serves itself: its authority's certificate, which anyone may
 * have (a node checks it against its token), and the tokens of ServiceAccounts.
 */
public final class SecurityRoutes implements Routes {

  private final CertificateAuthority authority;
  private final TokenRequests tokenRequests;
  private final Bodies bodies;

  public SecurityRoutes(
      CertificateAuthority authority, TokenRequests tokenRequests, Bodies bodies) {
    this.authority = authority;
    this.tokenRequests = tokenRequests;
    this.bodies = bodies;
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
        tokenRequests.answer(
            exchange.user(), exchange.info().namespace(), exchange.info().name(), body(exchange));
    switch (answer) {
      case TokenRequests.Answer.Made made ->
          exchange.send(201, "application/json", Json.bytes(made.tokenRequest()));
      case TokenRequests.Answer.Refused refused -> throw new Refusal(refused.failure());
    }
  }

  private ObjectNode body(Exchange exchange) throws Refusal {
    Body body = bodies.read(exchange.header("Content-Type"), exchange.body());
    if (body instanceof Body.Decoded decoded && decoded.tree() instanceof ObjectNode object) {
      return object;
    }
    String why = body instanceof Body.Malformed malformed ? ": " + malformed.why() : "";
    throw new Refusal(Failures.badRequest("the body is no TokenRequest" + why));
  }
}
