package dev.ballast.api.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.security.TokenRequests.Answer;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.SimulatedTimers;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceAccountTokensTest {

  private static final ObjectKey ACCOUNT =
      new ObjectKey(ResourceType.SERVICE_ACCOUNTS, "shop", "web");
  private static final ObjectKey POD = new ObjectKey(ResourceType.PODS, "shop", "web-1");

  @TempDir Path directory;

  private final SimulatedTimers timers =
      new SimulatedTimers(Instant.parse("2026-01-02T03:04:05Z"), new Random(1));
  private final InMemoryResourceStore store = new InMemoryResourceStore();
  private ServiceAccountTokens tokens;

  @BeforeEach
  void open() throws Exception {
    put(ACCOUNT, "{'metadata':{'uid':'sa-uid'}}");
    put(POD, "{'metadata':{'uid':'pod-uid'},'spec':{'serviceAccountName':'web'}}");
    tokens = reopened(directory);
  }

  private void put(ObjectKey key, String json) {
    remove(key);
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    store.commit(new Write.Create(key, Json.storable(Json.parse(bytes))));
  }

  private void remove(ObjectKey key) {
    store.commit(new Write.Delete(key, 0, DeleteOptions.DEFAULTS));
  }

  private ServiceAccountTokens reopened(Path where) throws Exception {
    return ServiceAccountTokens.open(
        where,
        new SecureRandom(),
        new BestKnown(store, timers),
        timers,
        new RandomIds(new Random(2)));
  }

  private String issue() {
    return tokens.issue(store.get(ACCOUNT).orElseThrow(), List.of(), 600, store.get(POD)).token();
  }

  @Test
  void aTokenSpeaksForItsAccountAlsoAfterARestart() throws Exception {
    String token = issue();
    var known =
        assertInstanceOf(Authentication.Known.class, reopened(directory).verify(token)).user();
    assertEquals("system:serviceaccount:shop:web", known.name());
    assertEquals("sa-uid", known.uid());
    assertEquals(
        List.of("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"),
        known.groups());
    assertEquals(List.of("web-1"), known.extra().get("authentication.kubernetes.io/pod-name"));
  }

  @Test
  void aSignatureFoundGoodOnceVouchesForNoOtherToken() {
    String[] good = issue().split("\\.");
    assertInstanceOf(Authentication.Known.class, tokens.verify(String.join(".", good)));
    ObjectNode claims = Json.parse(Base64.getUrlDecoder().decode(good[1]));
    claims.put("exp", claims.path("exp").asLong() + 1);
    String longer = Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(claims));
    assertUnknown(good[0] + "." + longer + "." + good[2], "not signed");
    assertUnknown(good[0] + "." + good[1] + ".AAAA", "not signed");
    assertInstanceOf(Authentication.Known.class, tokens.verify(String.join(".", good)));
  }

  @Test
  void claimsAreThoseOfKubernetes() {
    ObjectNode claims = Json.parse(Base64.getUrlDecoder().decode(issue().split("\\.")[1]));
    assertEquals("system:serviceaccount:shop:web", claims.path("sub").asText());
    assertEquals("[\"" + ServiceAccountTokens.ISSUER + "\"]", claims.path("aud").toString());
    assertEquals(600, claims.path("exp").asLong() - claims.path("iat").asLong());
    assertEquals(
        "{\"namespace\":\"shop\",\"pod\":{\"name\":\"web-1\",\"uid\":\"pod-uid\"},"
            + "\"serviceaccount\":{\"name\":\"web\",\"uid\":\"sa-uid\"}}",
        claims.path("kubernetes.io").toString());
  }

  @Test
  void aTokenDiesWithItsTime() {
    String token = issue();
    timers.runFor(Duration.ofSeconds(599));
    assertInstanceOf(Authentication.Known.class, tokens.verify(token));
    timers.runFor(Duration.ofSeconds(1));
    assertUnknown(token, "expired");
  }

  @Test
  void aTokenDiesWithItsAccountOrPod() {
    String token = issue();
    put(POD, "{'metadata':{'uid':'another'}}");
    assertUnknown(token, "pod");
    remove(POD);
    assertUnknown(token, "pod");
    String unbound =
        tokens.issue(store.get(ACCOUNT).orElseThrow(), List.of(), 600, Optional.empty()).token();
    assertInstanceOf(Authentication.Known.class, tokens.verify(unbound));
    put(ACCOUNT, "{'metadata':{'uid':'another'}}");
    assertUnknown(unbound, "ServiceAccount");
  }

  @Test
  void otherAudiencesAreNotOurs() {
    Document account = store.get(ACCOUNT).orElseThrow();
    assertUnknown(
        tokens.issue(account, List.of("vault"), 600, Optional.empty()).token(), "audience");
  }

  @Test
  void forgedTokensAreRefused(@TempDir Path elsewhere) throws Exception {
    String token = issue();
    String[] parts = token.split("\\.");
    String claims =
        base64(
            new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace(":web", ":admin"));
    String none = base64("{\"alg\":\"none\"}");
    List<String> forged =
        List.of(
            reopened(elsewhere)
                .issue(store.get(ACCOUNT).orElseThrow(), List.of(), 600, Optional.empty())
                .token(),
            parts[0] + "." + claims + "." + parts[2],
            none + "." + parts[1] + ".",
            none + "." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1],
            "..",
            "a.b.c",
            "");
    forged.forEach(token1 -> assertInstanceOf(Authentication.Unknown.class, tokens.verify(token1)));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void assertUnknown(String token, String why) {
    var unknown = assertInstanceOf(Authentication.Unknown.class, tokens.verify(token));
    assertTrue(unknown.why().contains(why), unknown.why());
  }

  @Test
  void tokenRequestsAreFilledIn() {
    var made =
        assertInstanceOf(
            Answer.Made.class,
            request(
                "web",
                "{'spec':{'audiences':null,'boundObjectRef':"
                    + "{'kind':'Pod','apiVersion':'v1','name':'web-1','uid':'pod-uid'}}}"));
    ObjectNode answer = made.tokenRequest();
    assertEquals(3600, answer.path("spec").path("expirationSeconds").asLong());
    assertEquals("2026-01-02T04:04:05Z", answer.at("/status/expirationTimestamp").asText());
    assertInstanceOf(
        Authentication.Known.class, tokens.verify(answer.at("/status/token").asText()));
  }

  @Test
  void aPodOfAnotherAccountCannotBeBound() {
    put(POD, "{'metadata':{'uid':'pod-uid'},'spec':{'serviceAccountName':'db'}}");
    Failure failure =
        assertInstanceOf(
                Answer.Refused.class,
                request("web", "{'spec':{'boundObjectRef':{'kind':'Pod','name':'web-1'}}}"))
            .failure();
    assertTrue(failure.message().contains("different serviceaccount"), failure.message());
  }

  private Answer request(String account, String body) {
    return new TokenRequests(
            tokens, store, new BuiltinKinds().type("authentication.v1.TokenRequest"))
        .answer(
            OwnTokens.ADMIN,
            "shop",
            account,
            Json.parse(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void fixedTokensComeFirstAndEveryoneKnownIsAuthenticated() {
    BearerAuthenticator authenticator =
        new BearerAuthenticator(
            List.of(new TokenFile.Entry("secret", OwnTokens.ADMIN)), List.of(tokens::verify));
    var admin =
        assertInstanceOf(Authentication.Known.class, authenticator.identify("secret")).user();
    assertEquals(List.of("system:masters", "system:authenticated"), admin.groups());
    assertInstanceOf(Authentication.Known.class, authenticator.identify(issue()));
    for (String wrong : List.of("", "secre", "secret ", "secrets")) {
      assertInstanceOf(Authentication.Unknown.class, authenticator.identify(wrong));
    }
  }
}
