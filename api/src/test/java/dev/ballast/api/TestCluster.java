package dev.ballast.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.server.ApiServer;
import dev.ballast.api.server.Routes;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.RandomIds;
import dev.ballast.core.identity.User;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.admission.Admission;
import dev.ballast.kinds.admission.Admissions;
import dev.ballast.kinds.admission.Bootstrap;
import dev.ballast.kinds.builtin.BuiltinKinds;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** The API on a free port over the in-memory store, with everything real but the disk. */
final class TestCluster implements AutoCloseable {

  static final String TOKEN = "admin-token";
  static final User ADMIN =
      new User("admin", "1", List.of("system:masters", "system:authenticated"), Map.of());

  /** For tests that do not care. */
  static final ServerSettings PLAIN = new ServerSettings("127.0.0.1", 0, "", "");

  final InMemoryResourceStore store = new InMemoryResourceStore();
  final KindRegistry kinds = new BuiltinKinds();
  final WallTimers timers = new WallTimers();
  final Figures figures = new Figures();
  final ApiServer server;

  TestCluster() {
    this(
        PLAIN,
        "",
        body -> {
          throw new IllegalArgumentException("this server reads no protobuf");
        },
        List.of());
  }

  TestCluster(
      ServerSettings settings,
      String caPem,
      Function<byte[], ObjectNode> protobuf,
      List<Routes> routes) {
    Ids ids = new RandomIds(new Random(1));
    List<Admission> admissions = Admissions.standard(ids, "10.96.0.0/16");
    AdmittedResources resources = new AdmittedResources(store, kinds, admissions, ids, timers);
    AdmittingStore writes =
        new AdmittingStore(store, kinds, admissions, ids, timers, User.CONTROL_PLANE);
    server =
        KubernetesApi.server(
            settings,
            new KubernetesApi.Parts(
                store,
                resources,
                writes,
                kinds,
                token -> token.equals(TOKEN) ? Optional.of(ADMIN) : Optional.empty(),
                Authorizer.ALLOW_ALL,
                timers,
                figures,
                () -> "# no figures\n",
                protobuf,
                new Random(1),
                routes));
    server.start();
    new Bootstrap(resources, kinds)
        .run(caPem, "10.96.0.1", List.of("127.0.0.1"), server.port())
        .ifPresent(
            failure -> {
              throw new IllegalStateException(failure.toString());
            });
  }

  @Override
  public void close() {
    server.close();
    store.close();
    timers.close();
  }

  /** Keeps what was counted. */
  static final class Figures implements Telemetry {
    final Map<String, Double> counts = new java.util.concurrent.ConcurrentHashMap<>();

    @Override
    public void count(String name, double amount, String... tags) {
      counts.merge(name + List.of(tags), amount, Double::sum);
    }

    @Override
    public void time(String name, java.time.Duration duration, String... tags) {}

    @Override
    public void observe(String name, double value, String... tags) {}

    @Override
    public void gauge(String name, java.util.function.DoubleSupplier value, String... tags) {}
  }
}
