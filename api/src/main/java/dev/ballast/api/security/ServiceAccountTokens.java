package dev.ballast.api.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Issues and checks the tokens that pods show: claims as kube-apiserver writes them, signed with
 * {@code sa.key}. A token dies with its time, its ServiceAccount, or the pod it is bound to,
 * whichever goes first; those are looked up at every use ({@link BestKnown}). Thread-safe.
 */
public final class ServiceAccountTokens {

  /** Issuer, and the audience of tokens that ask for none. */
  public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

  private static final String CLAIM = "kubernetes.io";

  private final JsonWebSignature signature;
  private final BestKnown known;
  private final Timers timers;
  private final Ids ids;

  private ServiceAccountTokens(KeyPair keys, BestKnown known, Timers timers, Ids ids) {
    this.signature = new JsonWebSignature(keys);
    this.known = known;
    this.timers = timers;
    this.ids = ids;
  }

  /** Loads or makes the signing key in the data directory. */
  public static ServiceAccountTokens open(
      Path directory, SecureRandom random, BestKnown known, Timers timers, Ids ids)
      throws IOException {
    KeyPair keys = EcKeys.loadOrCreate(directory.resolve("sa.key"), random);
    return new ServiceAccountTokens(keys, known, timers, ids);
  }

  public record Issued(String token, Instant expires) {
    /** Never the token: records end up in logs. */
    @Override
    public String toString() {
      return "Issued[until " + expires + "]";
    }
  }

  /**
   * @param audiences empty for the API's own
   * @param pod the pod that the token is bound to
   */
  public Issued issue(
      Document account, List<String> audiences, long lifeSeconds, Optional<Document> pod) {
    Instant now = timers.now().wall();
    Instant expires = now.plusSeconds(lifeSeconds);
    ObjectNode claims = Json.object();
    var audience = claims.putArray("aud");
    (audiences.isEmpty() ? List.of(ISSUER) : audiences).forEach(audience::add);
    claims
        .put("exp", expires.getEpochSecond())
        .put("iat", now.getEpochSecond())
        .put("iss", ISSUER)
        .put("jti", ids.uid());
    ObjectNode about = claims.putObject(CLAIM).put("namespace", account.key().namespace());
    pod.ifPresent(document -> about.set("pod", reference(document)));
    about.set("serviceaccount", reference(account));
    claims
        .put("nbf", now.getEpochSecond())
        .put("sub", userName(account.key().namespace(), account.key().name()));
    return new Issued(signature.sign(claims), expires);
  }

  /** Blocks on the store. */
  public Authentication verify(String token) {
    Optional<ObjectNode> signed = signature.verify(token, ISSUER);
    if (signed.isEmpty()) {
      return new Authentication.Unknown("not signed by this cluster's key for a ServiceAccount");
    }
    ObjectNode claims = signed.get();
    long now = timers.now().wall().getEpochSecond();
    if (claims.path("exp").asLong() <= now) {
      return new Authentication.Unknown(
          "expired at " + Instant.ofEpochSecond(claims.path("exp").asLong()));
    }
    if (!isForThisApi(claims.path("aud"))) {
      return new Authentication.Unknown("made for audience " + claims.path("aud"));
    }
    JsonNode about = claims.path(CLAIM);
    String namespace = about.path("namespace").asText();
    JsonNode account = about.path("serviceaccount");
    JsonNode pod = about.path("pod");
    if (isGone(ResourceType.SERVICE_ACCOUNTS, namespace, account)) {
      return new Authentication.Unknown("its ServiceAccount " + account + " is gone");
    }
    if (pod.isObject() && isGone(ResourceType.PODS, namespace, pod)) {
      return new Authentication.Unknown("its pod " + pod + " is gone");
    }
    return new Authentication.Known(user(claims, namespace, account, pod));
  }

  private boolean isGone(ResourceType type, String namespace, JsonNode reference) {
    ObjectKey key = new ObjectKey(type, namespace, reference.path("name").asText());
    return known
        .find(
            store ->
                store
                    .get(key)
                    .filter(document -> uid(document).equals(reference.path("uid").asText())))
        .isEmpty();
  }

  private static boolean isForThisApi(JsonNode audiences) {
    for (JsonNode audience : audiences) {
      if (audience.asText().equals(ISSUER)) {
        return true;
      }
    }
    return false;
  }

  private static User user(JsonNode claims, String namespace, JsonNode account, JsonNode pod) {
    Map<String, List<String>> extra = new LinkedHashMap<>();
    extra.put(
        "authentication.kubernetes.io/credential-id",
        List.of("JTI=" + claims.path("jti").asText()));
    if (pod.isObject()) {
      extra.put("authentication.kubernetes.io/pod-name", List.of(pod.path("name").asText()));
      extra.put("authentication.kubernetes.io/pod-uid", List.of(pod.path("uid").asText()));
    }
    return new User(
        userName(namespace, account.path("name").asText()),
        account.path("uid").asText(),
        List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            "system:authenticated"),
        extra);
  }

  private static String userName(String namespace, String account) {
    return "system:serviceaccount:" + namespace + ":" + account;
  }

  static String uid(Document document) {
    return document.tree().path("metadata").path("uid").asText();
  }

  private static ObjectNode reference(Document document) {
    return Json.object().put("name", document.key().name()).put("uid", uid(document));
  }
}
