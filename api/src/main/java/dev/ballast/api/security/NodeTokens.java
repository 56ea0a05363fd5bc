package dev.ballast.api.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The tokens that nodes' agents show, and the challenges that they answer to get one; both signed
 * with {@code sa.key}, told apart from each other and from ServiceAccounts' by their issuer. A
 * token is of one Node object and one key: it dies with its time, with the Node, or when another
 * key holds the Node, as far as {@link BestKnown} can tell. Thread-safe; blocks on the store.
 */
public final class NodeTokens {

  /** Says which key holds a Node: its fingerprint. */
  public static final String KEY = "ballast.dev/node-key";

  /** Agents renew at half of it. */
  static final Duration LIFE = Duration.ofHours(12);

  private static final Duration CHALLENGE_LIFE = Duration.ofMinutes(1);
  private static final String ISSUER = "https://ballast.dev/nodes";
  private static final String CHALLENGER = "https://ballast.dev/node-challenges";

  private final JsonWebSignature signature;
  private final BestKnown known;
  private final Timers timers;
  private final Ids ids;

  private NodeTokens(KeyPair keys, BestKnown known, Timers timers, Ids ids) {
    this.signature = new JsonWebSignature(keys);
    this.known = known;
    this.timers = timers;
    this.ids = ids;
  }

  /** Loads or makes the signing key in the data directory. */
  public static NodeTokens open(
      Path directory, SecureRandom random, BestKnown known, Timers timers, Ids ids)
      throws IOException {
    return new NodeTokens(
        EcKeys.loadOrCreate(directory.resolve("sa.key"), random), known, timers, ids);
  }

  /** Something fresh to sign. Nothing is remembered of it. */
  String challenge(String node, String fingerprint) {
    return signature.sign(claims(CHALLENGER, node, fingerprint, CHALLENGE_LIFE));
  }

  /** Whether this server asked it, of this node and key, a moment ago. */
  boolean asked(String challenge, String node, String fingerprint) {
    return alive(challenge, CHALLENGER)
        .filter(claims -> claims.path("sub").asText().equals(node))
        .filter(claims -> claims.path("key").asText().equals(fingerprint))
        .isPresent();
  }

  String issue(String node, String uid, String fingerprint) {
    return signature.sign(claims(ISSUER, node, fingerprint, LIFE).put("uid", uid));
  }

  public Authentication verify(String token) {
    Optional<ObjectNode> signed = alive(token, ISSUER);
    if (signed.isEmpty()) {
      return new Authentication.Unknown("no node's token of this cluster that is valid now");
    }
    ObjectNode claims = signed.get();
    String node = claims.path("sub").asText();
    String uid = claims.path("uid").asText();
    boolean held =
        known
            .find(
                store ->
                    store
                        .get(ObjectKey.cluster(ResourceType.NODES, node))
                        .map(document -> document.tree().path("metadata"))
                        .filter(metadata -> metadata.path("uid").asText().equals(uid))
                        .filter(metadata -> holder(metadata).equals(claims.path("key").asText())))
            .isPresent();
    return held
        ? new Authentication.Known(User.ofNode(node, uid))
        : new Authentication.Unknown("node " + node + " is gone, or another key holds it");
  }

  /** Fingerprint of the key that holds a Node; "" when none does. */
  static String holder(JsonNode metadata) {
    return metadata.path("annotations").path(KEY).asText("");
  }

  private ObjectNode claims(String issuer, String node, String fingerprint, Duration life) {
    Instant now = timers.now().wall();
    return Json.object()
        .put("iss", issuer)
        .put("sub", node)
        .put("key", fingerprint)
        .put("iat", now.getEpochSecond())
        .put("exp", now.plus(life).getEpochSecond())
        .put("jti", ids.uid());
  }

  private Optional<ObjectNode> alive(String token, String issuer) {
    long now = timers.now().wall().getEpochSecond();
    return signature.verify(token, issuer).filter(claims -> claims.path("exp").asLong() > now);
  }
}
