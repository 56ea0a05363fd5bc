package dev.ballast.api;

import dev.ballast.api.auth.Authenticator;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.openapi.OpenApiRoutes;
import dev.ballast.api.protobuf.ProtobufDecoder;
import dev.ballast.api.server.ApiServer;
import dev.ballast.api.server.Routes;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.kinds.admission.Admission;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The API on a free port over the in-memory store, with everything real but the disk. */
final class TestCluster implements AutoCloseable {

  static final String TOKEN = "admin-token";
  static final User ADMIN =
      new User("admin", "1", List.of("system:masters", "system:authenticated"), Map.of());

  /** For tests that do not care. */
  static final ServerSettings PLAIN = new ServerSettings("127.0.0.1", 0, "", "");

  final InMemoryResourceStore store = new InMemoryResourceStore();
  final BuiltinKinds kinds = new BuiltinKinds();
  final WallTimers timers = new WallTimers();
  final Figures figures = new Figures();
  final ApiServer server;
  private final int ownWatches;

  TestCluster() {
    this(PLAIN, "", List.of());
  }

  /**
   * @param routes beside OpenAPI
   */
  TestCluster(ServerSettings settings, String caPem, List<Routes> routes) {
    this(
        settings,
        caPem,
        (store, writes) -> new Security(AUTHENTICATOR, Authorizer.ALLOW_ALL, routes));
  }

  private static final Authenticator AUTHENTICATOR =
      token -> token.equals(TOKEN) ? Optional.of(ADMIN) : Optional.empty();

  /** Who comes in, who may do what, and the routes that belong to it. */
  record Security(Authenticator authenticator, Authorizer authorizer, List<Routes> routes) {}

  interface Secured {
    Security over(InMemoryResourceStore store, AdmittingStore writes) throws IOException;
  }

  TestCluster(ServerSettings settings, String caPem, Secured secured) {
    Ids ids = new RandomIds(new Random(1));
    List<Admission> admissions = Admissions.standard(ids, "10.96.0.0/16");
    AdmittedResources resources = new AdmittedResources(store, kinds, admissions, ids, timers);
    AdmittingStore writes =
        new AdmittingStore(store, kinds, admissions, ids, timers, User.CONTROL_PLANE);
    Security security;
    try {
      security = secured.over(store, writes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Routes> all = new ArrayList<>(security.routes());
    all.add(new OpenApiRoutes(kinds, kinds.types()));
    server =
        KubernetesApi.server(
            settings,
            new KubernetesApi.Parts(
                store,
                resources,
                writes,
                kinds,
                security.authenticator(),
                security.authorizer(),
                timers,
                figures,
                () -> "# no figures\n",
                new ProtobufDecoder(kinds)::decode,
                new Random(1),
                all));
    server.start();
    new Bootstrap(resources, kinds)
        .run(caPem, "10.96.0.1", List.of("127.0.0.1"), server.port())
        .ifPresent(
            failure -> {
              throw new IllegalStateException(failure.toString());
            });
    ownWatches = store.openWatches();
  }

  /** Watches that clients hold open; the write path keeps some of its own. */
  int clientWatches() {
    return store.openWatches() - ownWatches;
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
