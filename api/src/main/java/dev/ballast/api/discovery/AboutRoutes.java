package dev.ballast.api.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.server.Exchange;
import dev.ballast.api.server.Refusal;
import dev.ballast.api.server.RouteTable;
import dev.ballast.api.server.Routes;
import dev.ballast.api.wire.MediaType;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /version}, health, {@code /metrics} and the list of paths. Thread-safe. */
public final class AboutRoutes implements Routes {

  private static final List<String> PATHS =
      List.of(
          "/api",
          "/api/v1",
          "/apis",
          "/healthz",
          "/livez",
          "/metrics",
          "/openapi/v2",
          "/openapi/v3",
          "/readyz",
          "/version");

  /** Any read will do. */
  private static final ObjectKey PROBE = ObjectKey.cluster(ResourceType.NAMESPACES, "default");

  private final ResourceStore store;
  private final Supplier<String> metrics;

  /**
   * @param metrics the scrape, in Prometheus' text format
   */
  public AboutRoutes(ResourceStore store, Supplier<String> metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  @Override
  public void install(RouteTable table) {
    table.path("/", false, this::index);
    table.path("/version", true, AboutRoutes::version);
    table.path("/livez", true, exchange -> health(exchange, "livez", false));
    table.path("/readyz", true, exchange -> health(exchange, "readyz", true));
    table.path("/healthz", true, exchange -> health(exchange, "healthz", true));
    table.path("/metrics", false, this::scrape);
  }

  private void index(Exchange exchange) throws Refusal {
    if (!exchange.info().path().equals("/")) {
      throw new Refusal(
          new Failure(404, "NotFound", "the server could not find the requested resource"));
    }
    ObjectNode index = Json.object();
    ArrayNode paths = index.putArray("paths");
    PATHS.forEach(paths::add);
    exchange.send(200, MediaType.JSON, Json.bytes(index));
  }

  /**
   * The Kubernetes version whose behaviour is served. Ours stands behind a plus sign, since charts
   * take what follows a minus for a pre-release and refuse it.
   */
  private static void version(Exchange exchange) {
    ObjectNode version = Json.object().put("major", "1").put("minor", "33");
    version.put("gitVersion", "v1.33.4+ballast.0.1.0").put("gitCommit", "");
    version.put("gitTreeState", "clean").put("buildDate", "1970-01-01T00:00:00Z");
    version.put("goVersion", "").put("compiler", "javac");
    version.put("platform", "linux/" + System.getProperty("os.arch"));
    exchange.send(200, MediaType.JSON, Json.bytes(version));
  }

  private void health(Exchange exchange, String page, boolean withStore) {
    Optional<String> wrong = withStore ? storeTrouble() : Optional.empty();
    StringBuilder told = new StringBuilder("[+]ping ok\n");
    if (withStore) {
      told.append(wrong.isEmpty() ? "[+]store ok\n" : "[-]store failed: " + wrong.get() + "\n");
    }
    told.append(page).append(wrong.isEmpty() ? " check passed\n" : " check failed\n");
    boolean verbose = exchange.request().params().contains("verbose");
    String text = wrong.isEmpty() && !verbose ? "ok" : told.toString();
    exchange.send(
        wrong.isEmpty() ? 200 : 500,
        "text/plain; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<String> storeTrouble() {
    try {
      store.get(PROBE);
      return Optional.empty();
    } catch (StoreUnavailableException e) {
      return Optional.of(e.getMessage());
    }
  }

  private void scrape(Exchange exchange) {
    exchange.send(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        metrics.get().getBytes(StandardCharsets.UTF_8));
  }
}
