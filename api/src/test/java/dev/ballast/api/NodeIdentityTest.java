package dev.ballast.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.auth.NodeRules;
import dev.ballast.api.security.BearerAuthenticator;
import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.NodeCredentials;
import dev.ballast.api.security.NodeTokens;
import dev.ballast.api.security.OwnTokens;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.security.SecurityRoutes;
import dev.ballast.api.security.ServiceAccountTokens;
import dev.ballast.api.security.TokenRequests;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.api.wire.Bodies;
import dev.ballast.client.Answer;
import dev.ballast.client.ApiClient;
import dev.ballast.client.Trust;
import dev.ballast.client.node.NodeIdentity;
import dev.ballast.core.identity.NodeProof;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.model.Node;
import dev.ballast.core.resource.Json;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.time.WallTimers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each node under its own identity, over TLS, with everything real but the disk. */
class NodeIdentityTest {

  private static final String POD =
      "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s'},'spec':{'nodeName':'%s',"
          + "'containers':[{'name':'c','image':'i','envFrom':[{'secretRef':{'name':'used'}}]}]}}";

  @TempDir Path directory;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private TestCluster cluster;
  private OwnTokens tokens;
  private SSLContext tls;
  private ApiClient admin;

  @BeforeEach
  void start() throws Exception {
    SecureRandom random = new SecureRandom();
    WallTimers timers = new WallTimers();
    CertificateAuthority authority =
        CertificateAuthority.open(directory, random, timers.now().wall());
    tokens = OwnTokens.open(directory, authority, random);
    PemPair pair = authority.issueServer(List.of("127.0.0.1"), timers.now().wall());
    tls = Trust.ofPem(authority.certificatePem());
    Bodies bodies = new Bodies(Bodies.noProtobuf());
    cluster =
        new TestCluster(
            new ServerSettings("127.0.0.1", 0, pair.certificates(), pair.privateKey()),
            authority.certificatePem(),
            (store, writes) -> {
              var known = new BestKnown(store, timers);
              var accounts =
                  ServiceAccountTokens.open(
                      directory, random, known, timers, new RandomIds(random));
              var nodes = NodeTokens.open(directory, random, known, timers, new RandomIds(random));
              return new TestCluster.Security(
                  new BearerAuthenticator(
                      tokens.entries(), List.of(accounts::verify, nodes::verify)),
                  new NodeRules(known, Authorizer.ALLOW_ALL),
                  List.of(
                      new NodeCredentials(nodes, writes, bodies, timers, Telemetry.NONE),
                      new SecurityRoutes(
                          authority,
                          new TokenRequests(
                              accounts,
                              store,
                              new BuiltinKinds().type("authentication.v1.TokenRequest")),
                          bodies)));
            });
    opened.add(cluster);
    admin = client(tokens.admin().token());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private ApiClient client(String token) {
    ApiClient client =
        new ApiClient(List.of(URI.create(cluster.server.url())), tls, () -> token, cluster.timers);
    opened.add(client);
    return client;
  }

  private NodeIdentity join(String node, String machine) throws Exception {
    Path home = Files.createDirectories(directory.resolve(machine));
    NodeIdentity identity =
        NodeIdentity.open(
            home,
            node,
            Node.Spec.PLAIN,
            tokens.node().secret(),
            this::client,
            cluster.timers,
            new Random(1));
    opened.add(identity);
    return identity;
  }

  private static int code(Answer answer) {
    return switch (answer) {
      case Answer.Done done -> done.code();
      case Answer.Refused refused -> refused.failure().code();
      case Answer.Unreachable unreachable -> throw new AssertionError(unreachable.reason());
    };
  }

  private static byte[] json(String text, Object... values) {
    return text.formatted(values).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anAgentGetsACredentialOfItsOwnAndKeepsIt() throws Exception {
    String token = join("n1", "m1").token();
    JsonNode who =
        assertInstanceOf(
                Answer.Done.class,
                client(token).post("/apis/authentication.k8s.io/v1/selfsubjectreviews", json("{}")))
            .json()
            .at("/status/userInfo");
    assertEquals("system:node:n1", who.path("username").asText());
    assertEquals("[\"system:nodes\",\"system:authenticated\"]", who.path("groups").toString());
    for (String file : List.of("node.key", "node.credential")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(directory.resolve("m1").resolve(file))));
    }
    assertEquals(token, join("n1", "m1").token());
    Files.delete(directory.resolve("m1/node.credential"));
    assertNotEquals(token, join("n1", "m1").token());
  }

  @Test
  void theBootstrapTokenIsGoodForNothingElse() throws Exception {
    join("n1", "m1");
    ApiClient bootstrap = client(tokens.node().secret());
    for (String path :
        List.of("/api/v1/nodes", "/api/v1/nodes/n1", "/api/v1/secrets", "/metrics")) {
      assertEquals(403, code(bootstrap.get(path)), path);
    }
    assertEquals(200, code(bootstrap.get("/api")));
    assertEquals(403, code(bootstrap.post("/api/v1/nodes", json("{'metadata':{'name':'n9'}}"))));
    assertEquals(
        403,
        code(
            bootstrap.post(
                "/apis/ballast.dev/v1/commits",
                json("{'writes':[{'delete':{'key':{'resource':'nodes','name':'n1'}}}]}"))));
  }

  @Test
  void aNameThatIsHeldIsNotGivenToAnotherKey() throws Exception {
    NodeIdentity first = join("n1", "m1");
    var refused = assertThrows(NodeIdentity.RefusedException.class, () -> join("n1", "stranger"));
    assertTrue(refused.getMessage().contains("another agent's key"), refused.getMessage());
    assertEquals(200, code(client(first.token()).get("/api/v1/nodes/n1")));

    assertEquals(200, code(admin.send("DELETE", "/api/v1/nodes/n1", new byte[0])));
    String dead = first.token();
    assertEquals(401, code(client(dead).get("/api/v1/nodes")));
    String heir = join("n1", "stranger").token();
    assertEquals(200, code(client(heir).get("/api/v1/nodes/n1")));
    assertEquals(401, code(client(dead).get("/api/v1/nodes")));
  }

  @Test
  void anAgentComesBackAfterItsNodeWasDeleted() throws Exception {
    NodeIdentity identity = join("n1", "m1");
    String before = identity.token();
    AtomicInteger joined = new AtomicInteger();
    identity.onJoin(joined::incrementAndGet);
    ApiClient agent =
        new ApiClient(List.of(URI.create(cluster.server.url())), tls, identity, cluster.timers);
    opened.add(agent);
    admin.send("DELETE", "/api/v1/nodes/n1", new byte[0]);
    await().until(() -> code(agent.get("/api/v1/nodes/n1")) == 200);
    assertNotEquals(before, identity.token());
    assertEquals(1, joined.get());
    assertEquals(
        identity.token(), Files.readString(directory.resolve("m1/node.credential")).strip());
  }

  @Test
  void onlyTheKeyItselfProves() throws Exception {
    ApiClient bootstrap = client(tokens.node().secret());
    KeyPair mine = keys();
    KeyPair other = keys();
    String path = "/apis/ballast.dev/v1/nodes/n1/credential";
    assertEquals(400, code(bootstrap.post(path, json("{}"))));
    assertEquals(400, code(bootstrap.post(path, json("{'publicKey':'%%'}"))));
    assertEquals(403, code(proof(bootstrap, path, path, mine, other)));
    assertEquals(
        403, code(proof(bootstrap, "/apis/ballast.dev/v1/nodes/n2/credential", path, mine, mine)));
    assertEquals(404, code(admin.get("/api/v1/nodes/n1")));
    assertEquals(201, code(proof(bootstrap, path, path, mine, mine)));
    assertEquals(403, code(proof(admin, path, path, mine, mine)));
    String n2 = join("n2", "m2").token();
    assertEquals(403, code(proof(client(n2), path, path, mine, mine)));
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(NodeProof.CURVE));
    return generator.generateKeyPair();
  }

  private static Answer proof(
      ApiClient client, String asks, String shows, KeyPair shown, KeyPair signs) {
    Base64.Encoder base64 = Base64.getEncoder();
    ObjectNode body =
        Json.object().put("publicKey", base64.encodeToString(shown.getPublic().getEncoded()));
    Answer first = client.post(asks, Json.bytes(body));
    if (!(first instanceof Answer.Done done)) {
      return first;
    }
    String challenge = done.json().path("challenge").asText();
    body.put("challenge", challenge)
        .put("proof", base64.encodeToString(NodeProof.sign(signs.getPrivate(), challenge)));
    return client.post(shows, Json.bytes(body));
  }

  @Test
  void aNodeActsForItselfOnly() throws Exception {
    ApiClient n1 = client(join("n1", "m1").token());
    join("n2", "m2");
    byte[] label = json("{'metadata':{'labels':{'a':'b'}}}");
    String merge = "application/merge-patch+json";
    assertEquals(200, code(n1.send("PATCH", "/api/v1/nodes/n1", merge, label)));
    assertEquals(403, code(n1.send("PATCH", "/api/v1/nodes/n2", merge, label)));
    assertEquals(403, code(n1.send("PATCH", "/api/v1/nodes/n2/status", merge, label)));
    assertEquals(403, code(n1.send("DELETE", "/api/v1/nodes/n2", new byte[0])));
    String steal = "{'metadata':{'annotations':{'ballast.dev/node-key':'mine'}}}";
    assertEquals(403, code(n1.send("PATCH", "/api/v1/nodes/n1", merge, json(steal))));
    String lease = "{'metadata':{'name':'%s'},'spec':{'holderIdentity':'x'}}";
    String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    assertEquals(201, code(n1.post(leases, json(lease, "n1"))));
    assertEquals(403, code(n1.post(leases, json(lease, "n2"))));
  }

  @Test
  void aTokenRequestOfWrongTypesIsABadOne() {
    String account = "/api/v1/namespaces/default/serviceaccounts/default/token";
    for (String[] wrong :
        new String[][] {
          {"{'spec':{'expirationSeconds':'soon'}}", "TokenRequestSpec.spec.expirationSeconds"},
          {"{'spec':{'audiences':'x'}}", "TokenRequestSpec.spec.audiences"},
          {"{'spec':{'audiences':[7]}}", "TokenRequestSpec.spec.audiences"},
          {"{'spec':{'boundObjectRef':[]}}", "TokenRequestSpec.spec.boundObjectRef"},
          {"{'spec':7}", "TokenRequest.spec"},
          {"{'kind':'Pod'}", "cannot be handled as a TokenRequest"},
          {"{'apiVersion':'v1'}", "does not match the expected API version"}
        }) {
      Answer.Refused refused =
          assertInstanceOf(Answer.Refused.class, admin.post(account, json(wrong[0])), wrong[0]);
      assertEquals(400, refused.failure().code(), wrong[0]);
      assertTrue(refused.failure().message().contains(wrong[1]), refused.failure().message());
    }
  }

  @Test
  void aNodeSeesAndWritesWhatItsPodsNeed() throws Exception {
    ApiClient n1 = client(join("n1", "m1").token());
    join("n2", "m2");
    String in = "/api/v1/namespaces/default";
    for (String secret : List.of("used", "unused")) {
      admin.post(in + "/secrets", json("{'metadata':{'name':'%s'}}", secret));
    }
    assertEquals(403, code(n1.get(in + "/secrets/used")));
    assertEquals(201, code(admin.post(in + "/pods", json(POD, "mine", "n1"))));
    assertEquals(201, code(admin.post(in + "/pods", json(POD, "theirs", "n2"))));
    assertEquals(200, code(n1.get(in + "/secrets/used")));
    assertEquals(403, code(n1.get(in + "/secrets/unused")));
    assertEquals(403, code(n1.get(in + "/secrets")));
    assertEquals(200, code(n1.get(in + "/configmaps/kube-root-ca.crt")));

    byte[] running = json("{'status':{'phase':'Running'}}");
    String merge = "application/merge-patch+json";
    assertEquals(200, code(n1.send("PATCH", in + "/pods/mine/status", merge, running)));
    assertEquals(403, code(n1.send("PATCH", in + "/pods/theirs/status", merge, running)));
    assertEquals(403, code(n1.send("DELETE", in + "/pods/theirs", new byte[0])));
    assertEquals(403, code(n1.post(in + "/pods", json(POD, "own", "n1"))));
    assertEquals(403, code(n1.get(in + "/pods/mine/exec?command=sh")));

    String bound = "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'%s'}}}";
    String account = in + "/serviceaccounts/default/token";
    assertEquals(201, code(n1.post(account, json(bound, "mine"))));
    assertEquals(403, code(n1.post(account, json(bound, "theirs"))));
    assertEquals(403, code(n1.post(account, json("{'spec':{}}"))));
    assertEquals(200, code(n1.send("DELETE", in + "/pods/mine", json("{'gracePeriodSeconds':0}"))));
  }
}
