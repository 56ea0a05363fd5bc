package dev.ballast.api.server;

import dev.ballast.api.auth.Authenticator;
import dev.ballast.api.auth.Authorizer;
import dev.ballast.core.status.Failure;
import dev.ballast.core.status.Failure.Details;
import dev.ballast.core.store.BestKnown;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: HTTP/1.1 and HTTP/2 over TLS, one event loop for the sockets, a virtual thread
 * for each request. It knows routes, callers and failures, and nothing of kinds. Thread-safe.
 */
public final class ApiServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** Requests under way beyond which new ones are sent away; watches and streams not counted. */
  private static final int MOST_INFLIGHT = 2000;

  private static final long GRACE_MILLIS = 500;
  private static final int SWITCHED = 101;

  private static final Failure TOO_MANY =
      new Failure(
          429,
          "TooManyRequests",
          "Too many requests, please try again later.",
          new Details("", "", "", "", List.of(), 1));

  /**
   * @param routes endpoints beside the kinds
   * @param kinds serves every other resource
   */
  public record Parts(
      Authenticator authenticator,
      Authorizer authorizer,
      Timers timers,
      Telemetry telemetry,
      List<Routes> routes,
      Endpoint kinds) {
    public Parts {
      routes = List.copyOf(routes);
    }
  }

  private final ServerSettings settings;
  private final Timers timers;
  private final Gate gate;
  private final RouteMap routes;
  private final RequestFigures figures;
  private final Vertx vertx;
  private final Patience patience;
  private final HttpExchange.Holding holding;
  private final HttpServer server;

  public ApiServer(ServerSettings settings, Parts parts) {
    this.settings = settings;
    this.timers = parts.timers();
    this.gate = new Gate(parts.authenticator(), parts.authorizer());
    this.routes = new RouteMap(parts.kinds());
    this.figures = new RequestFigures(parts.telemetry());
    parts.routes().forEach(part -> part.install(routes));
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.holding =
        new HttpExchange.Holding(
            new ByteBudget(
                settings.heldBytes(),
                parts.telemetry(),
                "ballast_request_body_bytes",
                "ballast_request_bodies_cut_total"),
            new ByteBudget(
                settings.heldBytes(),
                parts.telemetry(),
                "ballast_response_unsent_bytes",
                "ballast_responses_cut_total"));
    this.patience = new Patience(vertx, settings.firstRequest(), settings.betweenRequests());
    this.server =
        vertx
            .createHttpServer(Listening.options(settings))
            .connectionHandler(patience::opened)
            .requestHandler(this::accept);
  }

  /**
   * Binds and begins to serve.
   *
   * @throws IllegalStateException when the address is taken or is not of this machine
   */
  public void start() {
    Waiting.on(server.listen());
  }

  /** The port bound; after {@link #start}. */
  public int port() {
    return server.actualPort();
  }

  /** {@code https://HOST:PORT}. */
  public String url() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return (settings.secure() ? "https://" : "http://") + host + ":" + port();
  }

  /** Serves new connections with another certificate; those that are open stay. */
  public void renewCertificate(String certificatePem, String keyPem) {
    Waiting.on(server.updateSSLOptions(Listening.certificate(certificatePem, keyPem)));
  }

  /** Lets what is nearly done end, then cuts watches and streams: their clients come back. */
  @Override
  public void close() {
    Waiting.succeeded(server.shutdown(GRACE_MILLIS, TimeUnit.MILLISECONDS));
    Waiting.succeeded(vertx.close());
  }

  /** On the event loop: read the head, and a small body with it, then hand over. */
  private void accept(HttpServerRequest request) {
    boolean mayHaveBody = BodyReader.mayFollow(request);
    boolean upgrade = request.headers().contains("Upgrade");
    Context context = vertx.getOrCreateContext();
    patience.begun(request.connection());
    try {
      MultiMap parameters = request.params();
      String watch = parameters.get("watch");
      RequestInfo info =
          RequestInfo.of(
              request.method().name(),
              request.path() == null ? "/" : request.path(),
              "true".equals(watch) || "1".equals(watch));
      EarlyBody body =
          new EarlyBody(
              request,
              context,
              early ->
                  handOver(
                      new HttpExchange(
                          request,
                          info,
                          parameters,
                          context,
                          timers,
                          mayHaveBody,
                          early,
                          holding)));
      // What is passed on is read by who passes it on.
      body.take(mayHaveBody && !upgrade && !RequestFigures.isConnect(info), mayHaveBody || upgrade);
    } catch (IllegalArgumentException notDecodable) {
      byte[] answer =
          Statuses.bytes(new Failure(400, "BadRequest", "the query string is not well-formed"));
      request
          .response()
          .setStatusCode(400)
          .putHeader("Content-Type", "application/json")
          .end(HttpExchange.buffer(answer));
      release(request, 400);
    }
  }

  private void handOver(HttpExchange exchange) {
    try {
      timers.execute(
          () -> {
            serve(exchange);
            served(exchange);
          });
    } catch (RejectedExecutionException stopping) {
      exchange.request().response().setStatusCode(503).end();
    }
  }

  private void served(HttpExchange exchange) {
    try {
      exchange.context().runOnContext(now -> release(exchange.request(), exchange.status()));
    } catch (RejectedExecutionException stopping) {
      // the server is closing, and its connections with it
    }
  }

  /** Sockets live on after the request that opened them, and have pings of their own. */
  private void release(HttpServerRequest request, int status) {
    if (status == SWITCHED) {
      patience.left(request.connection());
    } else {
      patience.ended(request.connection());
    }
  }

  private void serve(HttpExchange exchange) {
    RequestInfo info = exchange.info();
    RouteMap.Route route = routes.find(info);
    boolean lasting = isLasting(exchange);
    Now began = timers.now();
    AtomicInteger counter = figures.begin(info, lasting);
    try {
      if (!lasting && figures.inflight() > MOST_INFLIGHT) {
        throw new Refusal(TOO_MANY);
      }
      letIn(exchange, route);
      route.endpoint().serve(exchange);
      if (exchange.status() == 0) {
        throw new IllegalStateException("no answer was given");
      }
    } catch (Refusal refusal) {
      failIfOpen(exchange, refusal.failure());
    } catch (StoreUnavailableException e) {
      failIfOpen(exchange, unavailable(e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{} {} failed", info.verb(), info.path(), e);
      failIfOpen(exchange, internal());
    } finally {
      exchange.drain();
      exchange.release();
      int code = exchange.status();
      Now now = timers.now();
      figures.end(counter, info, code != 404 && code != 401, lasting, code, began, now);
      LOG.debug(
          "{} {} {} by {} took {}",
          info.verb(),
          exchange.request().uri(),
          code,
          exchange.user() == null ? "-" : exchange.user().name(),
          now.since(began));
    }
  }

  private void letIn(HttpExchange exchange, RouteMap.Route route) throws Refusal {
    if (exchange.info().needsNewest(exchange::query)) {
      BestKnown.<Void, Refusal>requiringNewest(
          () -> {
            ask(exchange, route);
            return null;
          });
    } else {
      ask(exchange, route);
    }
  }

  private void ask(HttpExchange exchange, RouteMap.Route route) throws Refusal {
    exchange.authenticated(gate.authenticate(exchange, route.open()));
    if (!route.open()) {
      gate.authorize(exchange.user(), exchange.info());
    }
  }

  private static boolean isLasting(Exchange exchange) {
    RequestInfo info = exchange.info();
    return info.verb().equals("watch")
        || RequestFigures.isConnect(info)
        || info.subresource().equals("log");
  }

  private static void failIfOpen(HttpExchange exchange, Failure failure) {
    if (exchange.status() == 0) {
      exchange.fail(failure);
    } else {
      LOG.info("{} was cut off: {}", exchange.info().path(), failure.message());
      exchange.request().response().reset();
    }
  }

  private static Failure unavailable(String why) {
    return new Failure(
        503,
        "ServiceUnavailable",
        "the store cannot answer now: " + why,
        new Details("", "", "", "", List.of(), 1));
  }

  private static Failure internal() {
    return new Failure(
        500,
        "InternalError",
        "Internal error occurred: the request could not be served; the server's log says why");
  }
}
