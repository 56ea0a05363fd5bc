package dev.ballast.client;

import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/**
 * One client's link to the API: TLS, bearer token, and several servers of which the one that last
 * answered is asked first. A request goes to another server only if it certainly did not reach this
 * one, or only reads. Blocks; thread-safe.
 */
public final class ApiClient implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Of a WebSocket, TLS and all: a busy node takes its time. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(20);

  private static final Duration ANSWER = Duration.ofSeconds(60);

  /**
   * Where there are several servers, one that is stopped or cut off is not waited for longer: three
   * heartbeats of a node must fit into its grace period. Longer than a member looks for a leader.
   */
  private static final Duration ANSWER_OF_ONE_OF_SEVERAL = Duration.ofSeconds(15);

  /** What the client shows, and who hears when it is not taken. Thread-safe; returns at once. */
  public interface Credentials {

    /** The bearer token, asked for at every request. */
    String token();

    /** A server answered 401 to a request with this token. */
    void refused(String token);
  }

  private final List<URI> given;
  private volatile List<URI> servers;
  private final Credentials credentials;
  private final HttpClient http;
  private final Duration patience;
  private final Timers timers;
  private final Map<String, Now> gaveUp = new ConcurrentHashMap<>();
  private final AtomicInteger current = new AtomicInteger();

  /**
   * @param servers {@code https://HOST:PORT} of every member, at least one
   * @param token the bearer token, asked for at every request, so that it can be renewed
   */
  public ApiClient(List<URI> servers, SSLContext tls, Supplier<String> token, Timers timers) {
    this(servers, tls, new Fixed(token), timers);
  }

  private record Fixed(Supplier<String> supplier) implements Credentials {
    @Override
    public String token() {
      return supplier.get();
    }

    @Override
    public void refused(String token) {}
  }

  public ApiClient(List<URI> servers, SSLContext tls, Credentials credentials, Timers timers) {
    this(servers, tls, credentials, timers, ANSWER_OF_ONE_OF_SEVERAL);
  }

  ApiClient(
      List<URI> servers,
      SSLContext tls,
      Credentials credentials,
      Timers timers,
      Duration patience) {
    this.patience = patience;
    this.timers = timers;
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no server given");
    }
    this.given = List.copyOf(servers);
    this.servers = given;
    this.credentials = credentials;
    this.http =
        HttpClient.newBuilder()
            .sslContext(tls)
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .executor(timers::execute)
            .build();
  }

  /**
   * @param path with query, from the root: {@code /api/v1/pods?limit=1}
   */
  public Answer get(String path) {
    return send("GET", path, new byte[0]);
  }

  public Answer post(String path, byte[] json) {
    return send("POST", path, json);
  }

  /** Any method; a body is JSON, and an empty one is left out. */
  public Answer send(String method, String path, byte[] json) {
    return send(method, path, "application/json", json);
  }

  public Answer send(String method, String path, String contentType, byte[] body) {
    BodyPublisher publisher =
        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    Exchange<byte[]> exchange =
        exchange(
            method.equals("GET"),
            server -> {
              HttpRequest.Builder request =
                  request(server, path).timeout(patience()).method(method, publisher);
              return body.length == 0 ? request : request.header("Content-Type", contentType);
            },
            BodyHandlers.ofByteArray());
    return switch (exchange) {
      case Exchange.Lost<byte[]> lost -> new Answer.Unreachable(lost.reason(), lost.perhapsDone());
      case Exchange.Answered<byte[]> answered -> answer(answered.response());
    };
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    return response.statusCode() / 100 == 2
        ? new Answer.Done(response.statusCode(), response.body())
        : new Answer.Refused(StatusReader.failure(response.statusCode(), response.body()));
  }

  /**
   * Opens an endless answer: a watch, or followed logs. The caller closes the body.
   *
   * @param headers beside the usual ones: names and values in turn
   * @throws StoreUnavailableException when no server answers
   */
  public HttpResponse<InputStream> open(String path, String... headers) {
    Target target =
        server -> {
          HttpRequest.Builder request = request(server, path).timeout(patience());
          return headers.length == 0 ? request : request.headers(headers);
        };
    return switch (exchange(true, target, BodyHandlers.ofInputStream())) {
      case Exchange.Answered<InputStream> answered -> answered.response();
      case Exchange.Lost<InputStream> lost -> throw new StoreUnavailableException(lost.reason());
    };
  }

  public List<URI> servers() {
    return servers;
  }

  /**
   * Asks where else the API is to be had, and keeps that beside what was given. Blocks; what cannot
   * be found out stays as it was.
   */
  public void learnServers() {
    if (get("/servers") instanceof Answer.Done done) {
      SequencedSet<URI> known = new LinkedHashSet<>(given);
      done.json().path("servers").forEach(server -> known.add(URI.create(server.asText())));
      servers = List.copyOf(known);
    }
  }

  /**
   * Opens a WebSocket on one certain server.
   *
   * @param subprotocols offered, in order of preference; may be empty
   */
  public CompletableFuture<WebSocket> webSocket(
      URI server, String path, List<String> subprotocols, WebSocket.Listener listener) {
    URI target = URI.create("wss" + server.toString().substring("https".length()) + path);
    WebSocket.Builder builder =
        http.newWebSocketBuilder().connectTimeout(HANDSHAKE).header("Authorization", bearer());
    if (!subprotocols.isEmpty()) {
      builder.subprotocols(
          subprotocols.getFirst(),
          subprotocols.subList(1, subprotocols.size()).toArray(String[]::new));
    }
    return builder.buildAsync(target, listener);
  }

  /** Closes at once, and with it every watch and tunnel of this client. */
  @Override
  public void close() {
    http.shutdownNow();
  }

  private sealed interface Exchange<T> {
    record Answered<T>(HttpResponse<T> response) implements Exchange<T> {}

    record Lost<T>(String reason, boolean perhapsDone) implements Exchange<T> {}
  }

  private interface Target {
    HttpRequest.Builder at(URI server);
  }

  private <T> Exchange<T> exchange(boolean reads, Target target, BodyHandler<T> handler) {
    List<URI> servers = this.servers;
    int first = current.get();
    StringBuilder reasons = new StringBuilder();
    for (int i = 0; i < servers.size(); i++) {
      int index = (first + i) % servers.size();
      URI server = servers.get(index);
      boolean last = i == servers.size() - 1;
      try {
        HttpResponse<T> response = http.send(target.at(server).build(), handler);
        if (response.statusCode() == 503 && reads && !last) {
          reasons.append(server).append(" answered 503; ");
          continue;
        }
        if (response.statusCode() == 401) {
          credentials.refused(shown(response.request()));
        }
        current.set(index);
        return new Exchange.Answered<>(response);
      } catch (IOException e) {
        reasons.append(server).append(": ").append(describe(e));
        if (e instanceof HttpTimeoutException) {
          gaveUp.put(server.getAuthority(), timers.now());
        }
        boolean sent = !neverSent(e);
        if (sent && !reads) {
          // Whoever asks next does not wait there once more.
          current.compareAndSet(first, (index + 1) % servers.size());
          return new Exchange.Lost<>(reasons.toString(), true);
        }
        reasons.append(last ? "" : "; ");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Exchange.Lost<>("interrupted", true);
      }
    }
    return new Exchange.Lost<>(reasons.toString(), false);
  }

  /** Whether a server let a request of this client wait in vain after a moment. */
  boolean gaveUpOn(URI server, Now after) {
    Now when = gaveUp.get(server.getAuthority());
    return when != null && when.since(after).isPositive();
  }

  /** Until an answer begins. */
  private Duration patience() {
    return servers.size() > 1 ? patience : ANSWER;
  }

  private static String shown(HttpRequest request) {
    return request.headers().firstValue("Authorization").orElse("").substring("Bearer ".length());
  }

  private HttpRequest.Builder request(URI server, String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .header("Authorization", bearer())
        .header("Accept", "application/json")
        .header("Prefer", "return=representation")
        .header("User-Agent", "ballast");
  }

  /**
   * @throws IllegalArgumentException when no header can carry the token; the token is not shown
   */
  private String bearer() {
    try {
      return "Bearer " + Given.token(credentials.token());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the token must be " + e.getMessage(), e);
    }
  }

  private static boolean neverSent(IOException e) {
    return e instanceof ConnectException
        || e instanceof HttpConnectTimeoutException
        || e instanceof SSLHandshakeException;
  }

  private static String describe(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
