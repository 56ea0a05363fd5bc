package dev.ballast.api.stream;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.auth.NodeRules;
import dev.ballast.api.security.BearerAuthenticator;
import dev.ballast.api.security.CertificateAuthority;
import dev.ballast.api.security.NodeCredentials;
import dev.ballast.api.security.NodeTokens;
import dev.ballast.api.security.OwnTokens;
import dev.ballast.api.security.PemPair;
import dev.ballast.api.security.SecurityRoutes;
import dev.ballast.api.security.ServerCertificates;
import dev.ballast.api.security.ServiceAccountTokens;
import dev.ballast.api.security.TokenRequests;
import dev.ballast.api.server.ApiServer;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.api.tunnel.Renewals;
import dev.ballast.api.tunnel.Tunnels;
import dev.ballast.api.wire.Bodies;
import dev.ballast.client.ApiClient;
import dev.ballast.client.Trust;
import dev.ballast.client.node.NodeIdentity;
import dev.ballast.client.tunnel.TunnelAgent;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.model.Node;
import dev.ballast.core.node.NodeStreams;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;

/** A real server over TLS on a free port, with tunnels and streams, and agents that dial in. */
final class StreamFixture {

  final Timers timers = new WallTimers();
  final InMemoryResourceStore store = new InMemoryResourceStore();
  final Tunnels tunnels;
  final OwnTokens tokens;
  final SSLContext tls;
  final HttpClient http;
  final CertificateAuthority authority;
  private final Path directory;
  private final ApiServer server;
  private final List<AutoCloseable> opened = new ArrayList<>();

  StreamFixture(Path directory) throws Exception {
    SecureRandom random = new SecureRandom();
    this.directory = directory;
    authority = CertificateAuthority.open(directory, random, timers.now().wall());
    tokens = OwnTokens.open(directory, authority, random);
    Renewals renewals = new Renewals(store, this::isNode, timers, Telemetry.NONE);
    tunnels = new Tunnels(renewals, timers, new RandomIds(random), Telemetry.NONE);
    BestKnown known = new BestKnown(store, timers);
    var accounts =
        ServiceAccountTokens.open(directory, random, known, timers, new RandomIds(random));
    NodeTokens nodes = NodeTokens.open(directory, random, known, timers, new RandomIds(random));
    PemPair pair = new ServerCertificates(authority, List.of("127.0.0.1"), timers).current();
    server =
        new ApiServer(
            new ServerSettings("127.0.0.1", 0, pair.certificates(), pair.privateKey()),
            new ApiServer.Parts(
                new BearerAuthenticator(tokens.entries(), List.of(accounts::verify, nodes::verify)),
                new NodeRules(known, Authorizer.ALLOW_ALL),
                timers,
                Telemetry.NONE,
                List.of(
                    tunnels,
                    new NodeCredentials(
                        nodes, store, new Bodies(Bodies.noProtobuf()), timers, Telemetry.NONE),
                    new StreamRoutes(store, known, tunnels, timers, new Random(1)),
                    new SecurityRoutes(
                        authority,
                        new TokenRequests(
                            accounts,
                            store,
                            new BuiltinKinds().type("authentication.v1.TokenRequest")),
                        new Bodies(Bodies.noProtobuf()))),
                exchange -> {
                  throw new Refusal(new Failure(404, "NotFound", "no kinds here"));
                }));
    server.start();
    tls = Trust.ofPem(authority.certificatePem());
    http = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
  }

  private boolean isNode(String name, String uid) {
    return store
        .get(ObjectKey.cluster(ResourceType.NODES, name))
        .filter(node -> node.tree().at("/metadata/uid").asText().equals(uid))
        .isPresent();
  }

  URI server() {
    return URI.create(server.url());
  }

  ApiClient client(String token) {
    ApiClient client = new ApiClient(List.of(server()), tls, () -> token, timers);
    opened.add(client);
    return client;
  }

  /** Agents of one name share a directory, and so their key. */
  NodeIdentity identity(String node) {
    try {
      NodeIdentity identity =
          NodeIdentity.open(
              Files.createDirectories(directory.resolve("agents").resolve(node)),
              node,
              Node.Spec.PLAIN,
              tokens.node().secret(),
              this::client,
              timers,
              new Random(4));
      opened.add(identity);
      return identity;
    } catch (IOException | NodeIdentity.RefusedException e) {
      throw new IllegalStateException(e);
    }
  }

  TunnelAgent agent(String node, NodeStreams.Handler handler) {
    ApiClient client = new ApiClient(List.of(server()), tls, identity(node), timers);
    opened.add(client);
    TunnelAgent agent =
        new TunnelAgent(client, node, handler, timers, new Random(2), Telemetry.NONE);
    opened.add(agent);
    agent.start();
    return agent;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server().resolve(path))
        .header("Authorization", "Bearer " + tokens.admin().token());
  }

  Terminal terminal(String path, String... subprotocols) {
    Terminal terminal = new Terminal();
    terminal.open(http, server(), tokens.admin().token(), path, subprotocols);
    return terminal;
  }

  /** Single quotes stand for double ones. */
  void put(ResourceType type, String name, String json) {
    byte[] document = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertInstanceOf(
        CommitResult.Committed.class,
        store.commit(
            new Write.Create(
                new ObjectKey(type, "default", name), Json.storable(Json.parse(document)))));
  }

  void putPod(String name, String node, String containers) {
    put(
        ResourceType.PODS,
        name,
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
            + name
            + "','namespace':'default','uid':'uid-"
            + name
            + "'},'spec':{'nodeName':'"
            + node
            + "','containers':["
            + containers
            + "]},'status':{'containerStatuses':[{'name':'main','state':{'running':{}}},"
            + "{'name':'broken','state':{'running':{}}},"
            + "{'name':'young','state':{'waiting':{'reason':'ContainerCreating'}}}]}}");
  }

  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    http.shutdownNow();
    server.close();
  }
}
