package dev.ballast.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.auth.Authenticator;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.api.discovery.AboutRoutes;
import dev.ballast.api.discovery.DiscoveryRoutes;
import dev.ballast.api.rest.Commits;
import dev.ballast.api.rest.KindEndpoint;
import dev.ballast.api.rest.Reviews;
import dev.ballast.api.server.ApiServer;
import dev.ballast.api.server.ByteBudget;
import dev.ballast.api.server.Routes;
import dev.ballast.api.server.ServerSettings;
import dev.ballast.api.wire.Bodies;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.KindRegistry;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.engine.AdmittingStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Puts the server together: discovery, the kinds, reviews, commits, and what others bring. */
public final class KubernetesApi {

  private KubernetesApi() {}

  /**
   * @param store reads and watches
   * @param resources single writes
   * @param writes commits of several writes; admits them
   * @param metrics the scrape, in Prometheus' text format
   * @param protobuf reads protobuf bodies; see {@link Bodies}
   * @param random scatters the ends of watches
   * @param routes endpoints beside all that: tunnel, streams, tokens, OpenAPI
   */
  public record Parts(
      ResourceStore store,
      Resources resources,
      AdmittingStore writes,
      KindRegistry kinds,
      Authenticator authenticator,
      Authorizer authorizer,
      Timers timers,
      Telemetry telemetry,
      Supplier<String> metrics,
      Function<byte[], ObjectNode> protobuf,
      RandomGenerator random,
      List<Routes> routes) {}

  /** A server that is not started yet. */
  public static ApiServer server(ServerSettings settings, Parts parts) {
    Bodies bodies = new Bodies(parts.protobuf());
    KindEndpoint kinds =
        new KindEndpoint(
            parts.kinds(),
            parts.store(),
            parts.resources(),
            bodies,
            parts.timers(),
            parts.random(),
            new ByteBudget(
                settings.heldBytes(),
                parts.telemetry(),
                "ballast_watch_unsent_bytes",
                "ballast_watches_cut_total"));
    List<Routes> routes = new ArrayList<>();
    routes.add(new DiscoveryRoutes(parts.kinds()));
    routes.add(new AboutRoutes(parts.store(), parts.metrics()));
    routes.add(new Reviews(parts.kinds(), parts.authorizer(), bodies));
    routes.add(new Commits(parts.writes(), parts.kinds(), parts.authorizer(), bodies));
    routes.add(table -> table.resource("", "bindings", kinds::bindings));
    routes.addAll(parts.routes());
    return new ApiServer(
        settings,
        new ApiServer.Parts(
            parts.authenticator(),
            parts.authorizer(),
            parts.timers(),
            parts.telemetry(),
            routes,
            kinds));
  }
}
