package dev.ballast.api.server;

import dev.ballast.core.identity.User;
import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** An {@link Exchange} on Vert.x. Owned by the virtual thread that serves it. */
final class HttpExchange implements Exchange {

  /** A large answer goes out in pieces, so that encryption never holds a second copy of it all. */
  private static final int SLICE_BYTES = 512 * 1024;

  /** So little that the link takes it at once; a connection has one answer under way. */
  private static final int UNAWAITED_BYTES = 64 * 1024;

  /** ENHANCE_YOUR_CALM of RFC 9113. */
  private static final long CALM_DOWN = 0xb;

  private final HttpServerRequest request;
  private final RequestInfo info;
  private final MultiMap parameters;
  private final Context context;
  private final Timers timers;
  private User user;
  private final boolean mayHaveBody;
  private final EarlyBody early;
  private final Holding holding;
  private ByteBudget.Share bodyShare;
  private byte[] body;
  private int status;
  private boolean upgraded;

  /** What clients may make the server hold, all of them together. */
  record Holding(ByteBudget bodies, ByteBudget answers) {}

  /**
   * @param request paused, if a body may still come or it may become a WebSocket
   * @param early what of the body has come already
   */
  HttpExchange(
      HttpServerRequest request,
      RequestInfo info,
      MultiMap parameters,
      Context context,
      Timers timers,
      boolean mayHaveBody,
      EarlyBody early,
      Holding holding) {
    this.request = request;
    this.info = info;
    this.parameters = parameters;
    this.context = context;
    this.timers = timers;
    this.mayHaveBody = mayHaveBody;
    this.early = early;
    this.holding = holding;
  }

  void authenticated(User as) {
    user = as;
  }

  /** The status code sent; 0 while there is none. */
  int status() {
    return status;
  }

  boolean upgraded() {
    return upgraded;
  }

  Context context() {
    return context;
  }

  /**
   * Lets the rest of an unread body pass, so that the client reads the answer and can go on; one
   * that does not stop sending is cut off.
   */
  void drain() {
    if (upgraded || !mayHaveBody || body != null || early.whole()) {
      return;
    }
    try {
      context.runOnContext(now -> readOn());
    } catch (RejectedExecutionException stopping) {
      // the server is closing, and its connections with it: nothing is left to drain
    }
  }

  private void readOn() {
    if (request.isEnded()) {
      return;
    }
    AtomicLong passed = new AtomicLong();
    request.handler(
        part -> {
          if (passed.addAndGet(part.length()) > BodyReader.PASSED_BYTES) {
            cutOff();
          }
        });
    request.resume();
  }

  private void cutOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else {
      request.connection().close();
    }
  }

  @Override
  public RequestInfo info() {
    return info;
  }

  @Override
  public User user() {
    return user;
  }

  @Override
  public String query(String name) {
    String value = parameters.get(name);
    return value == null ? "" : value;
  }

  @Override
  public List<String> queries(String name) {
    return parameters.getAll(name);
  }

  @Override
  public String header(String name) {
    String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  @Override
  public byte[] body() throws Refusal {
    if (body == null) {
      body = mayHaveBody ? wholeBody() : new byte[0];
    }
    return body;
  }

  private byte[] wholeBody() throws Refusal {
    return early.whole()
        ? early.begun().getBytes()
        : new BodyReader(request, context, timers, early.begun()).read(this::holdBody);
  }

  @Override
  public HttpServerRequest request() {
    return request;
  }

  @Override
  public void addHeader(String name, String value) {
    request.response().headers().add(name, value);
  }

  @Override
  public void send(int code, String contentType, byte[]... parts) {
    HttpServerResponse response = begin(code, contentType);
    long length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    response.putHeader("Content-Length", Long.toString(length));
    if (request.method() == HttpMethod.HEAD) {
      Waiting.succeeded(response.end());
      return;
    }
    if (length <= UNAWAITED_BYTES) {
      response.end(buffer(parts));
      return;
    }
    if (length <= SLICE_BYTES) {
      Waiting.succeeded(response.end(buffer(parts)));
      return;
    }
    try (ByteBudget.Share share = holding.answers().share(this::cut)) {
      share.hold(length);
      sendInSlices(response, length, parts, share);
    }
  }

  private static void sendInSlices(
      HttpServerResponse response, long length, byte[][] parts, ByteBudget.Share share) {
    int from = 0;
    while (length > SLICE_BYTES) {
      int to = from;
      int slice = 0;
      while (slice < SLICE_BYTES && to < parts.length) {
        slice += parts[to].length;
        to++;
      }
      if (!Waiting.succeeded(response.write(buffer(Arrays.copyOfRange(parts, from, to))))) {
        return;
      }
      Arrays.fill(parts, from, to, null);
      share.release(slice);
      from = to;
      length -= slice;
    }
    Waiting.succeeded(response.end(buffer(Arrays.copyOfRange(parts, from, parts.length))));
  }

  private ByteBudget.Share holdBody(Runnable cut) {
    bodyShare = holding.bodies().share(cut);
    return bodyShare;
  }

  /** The request is served: its body is no longer needed. */
  void release() {
    if (bodyShare != null) {
      bodyShare.close();
    }
  }

  @Override
  public void fail(Failure failure) {
    if (failure.details().retryAfterSeconds() > 0) {
      addHeader("Retry-After", Integer.toString(failure.details().retryAfterSeconds()));
    }
    send(failure.code(), "application/json", Statuses.bytes(failure));
  }

  @Override
  public Output stream(int code, String contentType) {
    HttpServerResponse response = begin(code, contentType);
    boolean lengthTold = response.headers().contains("Content-Length");
    if (request.version() != HttpVersion.HTTP_2 && !lengthTold) {
      response.setChunked(true);
    }
    // The client must learn that the answer has begun before there is anything to tell.
    response.writeHead();
    return new HttpOutput(response, context, request.method() == HttpMethod.HEAD);
  }

  @Override
  public Output pieces(int code, String contentType) {
    return new HeldOutput(stream(code, contentType), holding.answers().share(this::cut));
  }

  private HttpServerResponse begin(int code, String contentType) {
    if (status != 0) {
      throw new IllegalStateException(info.path() + " was answered with " + status + " already");
    }
    status = code;
    HttpServerResponse response = request.response().setStatusCode(code);
    if (!contentType.isEmpty()) {
      response.putHeader("Content-Type", contentType);
    }
    if (!response.headers().contains("Cache-Control")) {
      response.putHeader("Cache-Control", "no-cache, private");
    }
    return response;
  }

  @Override
  public boolean wantsWebSocket() {
    return header("Upgrade").equalsIgnoreCase("websocket");
  }

  @Override
  public ServerWebSocket upgrade(Consumer<ServerWebSocket> onOpen) throws Refusal {
    if (!wantsWebSocket() || !request.canUpgradeToWebSocket()) {
      throw new Refusal(
          new Failure(400, "BadRequest", "you must specify an upgrade to a WebSocket"));
    }
    status = 101;
    upgraded = true;
    try {
      Promise<ServerWebSocket> done = Promise.promise();
      context.runOnContext(
          now ->
              request
                  .toWebSocket()
                  .onComplete(
                      socket -> {
                        socket.pause();
                        onOpen.accept(socket);
                        done.complete(socket);
                      },
                      done::fail));
      return Waiting.on(done.future());
    } catch (IllegalStateException e) {
      throw new Refusal(new Failure(400, "BadRequest", "the upgrade failed: " + e.getMessage()));
    }
  }

  /** A close in good order would wait until the client has read what is before it. */
  @Override
  public void cut() {
    try {
      context.runOnContext(
          now -> {
            if (request.version() == HttpVersion.HTTP_2) {
              request.response().reset(CALM_DOWN);
            } else if (request.connection() instanceof HttpServerConnection link) {
              link.channelHandlerContext().channel().pipeline().firstContext().close();
            }
          });
    } catch (RejectedExecutionException stopping) {
      // the server is closing, and every link with it
    }
  }

  static Buffer buffer(byte[]... parts) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(parts));
  }
}
