package dev.ballast.api.security;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.Bodies;
import dev.ballast.api.wire.Body;
import dev.ballast.core.identity.NodeProof;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failures;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /apis/ballast.dev/v1/nodes/NAME/credential}: how an agent comes by a token of its
 * own. First {@code {"publicKey":…}} (base64 of the DER), answered by {@code {"challenge":…}}; then
 * the same with {@code "challenge"} and {@code "proof"} ({@link NodeProof}, base64), answered by
 * {@code {"token":…,"expirationTimestamp":…,"expirationSeconds":…}}. A {@code "spec"} beside the
 * proof names the providerID and the taints that a new Node is made with. For whoever shows the
 * bootstrap token, or the node's own; the name must be free or held by that key. Thread-safe.
 */
public final class NodeCredentials implements Routes {

  private static final Logger LOG = LoggerFactory.getLogger(NodeCredentials.class);

  private final NodeTokens tokens;
  private final NodeClaims claims;
  private final Bodies bodies;
  private final Timers timers;
  private final Telemetry telemetry;

  /**
   * @param store admits, and writes in the control plane's name
   */
  public NodeCredentials(
      NodeTokens tokens, ResourceStore store, Bodies bodies, Timers timers, Telemetry telemetry) {
    this.tokens = tokens;
    this.claims = new NodeClaims(store, timers);
    this.bodies = bodies;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  @Override
  public void install(RouteTable table) {
    table.subresource("ballast.dev", "nodes", "credential", this::serve);
  }

  private void serve(Exchange exchange) throws Refusal {
    String node = exchange.info().name();
    if (!exchange.info().verb().equals("create") || !exchange.info().version().equals("v1")) {
      throw new Refusal(
          new Failure(405, "MethodNotAllowed", "POST a public key to ask for a credential"));
    }
    if (!mayAsk(exchange.user(), node)) {
      throw new Refusal(
          new Failure(
              403,
              "Forbidden",
              "user \"%s\" may not ask for a credential of node \"%s\""
                  .formatted(exchange.user().name(), node)));
    }
    ObjectNode body = body(exchange);
    byte[] publicKey = bytes(body, "publicKey");
    String fingerprint = NodeProof.fingerprint(publicKey);
    if (body.path("challenge").isMissingNode()) {
      send(exchange, 200, Json.object().put("challenge", tokens.challenge(node, fingerprint)));
      return;
    }
    String challenge = body.path("challenge").asText();
    if (!tokens.asked(challenge, node, fingerprint)
        || !NodeProof.verify(publicKey, challenge, bytes(body, "proof"))) {
      telemetry.count("ballast_node_credentials_total", 1, "outcome", "unproven");
      throw new Refusal(
          new Failure(
              403, "Forbidden", "the proof is not that of the key, or the challenge is too old"));
    }
    switch (claims.claim(node, fingerprint, body.path("spec"))) {
      case NodeClaims.Claim.Refused refused -> {
        telemetry.count("ballast_node_credentials_total", 1, "outcome", "refused");
        LOG.warn("no credential of node {}: {}", node, refused.failure().message());
        throw new Refusal(refused.failure());
      }
      case NodeClaims.Claim.Held held -> {
        telemetry.count("ballast_node_credentials_total", 1, "outcome", "issued");
        send(exchange, 201, credential(tokens.issue(node, held.uid(), fingerprint)));
      }
    }
  }

  private static boolean mayAsk(User user, String node) {
    return user.groups().contains("system:bootstrappers")
        || user.node().filter(node::equals).isPresent();
  }

  private ObjectNode credential(String token) {
    return Json.object()
        .put("token", token)
        .put(
            "expirationTimestamp",
            timers.now().wall().plus(NodeTokens.LIFE).truncatedTo(ChronoUnit.SECONDS).toString())
        .put("expirationSeconds", NodeTokens.LIFE.toSeconds());
  }

  private ObjectNode body(Exchange exchange) throws Refusal {
    Body body = bodies.read(exchange.header("Content-Type"), exchange.body());
    if (body instanceof Body.Decoded decoded && decoded.tree() instanceof ObjectNode object) {
      return object;
    }
    throw new Refusal(Failures.badRequest("the body must be a JSON object with a publicKey"));
  }

  private static byte[] bytes(ObjectNode body, String field) throws Refusal {
    try {
      String text = body.path(field).asText("");
      byte[] decoded = Base64.getDecoder().decode(text);
      if (decoded.length > 0) {
        return decoded;
      }
    } catch (IllegalArgumentException notBase64) {
      // told below
    }
    throw new Refusal(Failures.badRequest(field + ": must be base64, and not empty"));
  }

  private static void send(Exchange exchange, int code, ObjectNode answer) {
    exchange.send(code, "application/json", Json.bytes(answer));
  }
}
