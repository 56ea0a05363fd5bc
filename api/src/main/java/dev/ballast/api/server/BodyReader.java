package dev.ballast.api.server;

import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Collects a request body, up to a limit and within a time. */
final class BodyReader {

  /** As kube-apiserver. */
  static final int LIMIT_BYTES = 3 * 1024 * 1024;

  /** How much of a refused body is read and thrown away before the connection is. */
  static final int PASSED_BYTES = 16 * 1024 * 1024;

  /** A client that trickles must not hold a request open for ever. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Failure TOO_LARGE =
      new Failure(
          413,
          "RequestEntityTooLarge",
          "Request entity too large: limit is " + LIMIT_BYTES + " bytes");

  /** It is kept in parts, put together, and read into a tree. */
  private static final int COPIES = 3;

  private static final Failure TOO_MANY =
      new Failure(
          429,
          "TooManyRequests",
          "the server holds as many request bodies as it can: send this one again later",
          new Failure.Details("", "", "", "", List.of(), 1));

  private final HttpServerRequest request;
  private final Context context;
  private final Timers timers;
  private final CompletableFuture<Buffer> whole = new CompletableFuture<>();

  /** On the event loop only. */
  private Buffer collected;

  /**
   * @param begun what has come of it already
   */
  BodyReader(HttpServerRequest request, Context context, Timers timers, Buffer begun) {
    this.request = request;
    this.context = context;
    this.timers = timers;
    this.collected = begun;
  }

  /** Whether there may be a body: only then is the request worth pausing. */
  static boolean mayFollow(HttpServerRequest request) {
    boolean announced =
        request.headers().contains("Content-Length")
            || request.headers().contains("Transfer-Encoding");
    boolean fetches = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    return announced || (request.version() == HttpVersion.HTTP_2 && !fetches);
  }

  /**
   * Blocks until it is there.
   *
   * @param budget makes this request's share, given what is to be done when it is cut off
   */
  byte[] read(Function<Runnable, ByteBudget.Share> budget) throws Refusal {
    if (declaredLength(request) > LIMIT_BYTES) {
      throw new Refusal(TOO_LARGE);
    }
    ByteBudget.Share share = budget.apply(() -> whole.completeExceptionally(new Refusal(TOO_MANY)));
    Timers.Scheduled timeout =
        timers.schedule(
            PATIENCE,
            () ->
                whole.completeExceptionally(
                    new Refusal(
                        new Failure(
                            408,
                            "Timeout",
                            "the request body did not arrive within "
                                + PATIENCE.toSeconds()
                                + " seconds"))));
    context.runOnContext(start -> collect(share));
    try {
      byte[] body = whole.get().getBytes();
      share.settle();
      return body;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(new Failure(503, "ServiceUnavailable", "the server is stopping"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new Refusal(new Failure(400, "BadRequest", "the request body ended too early"));
    } finally {
      timeout.cancel();
      forget();
    }
  }

  /** A stalled connection would keep it. */
  private void forget() {
    try {
      context.runOnContext(read -> collected = null);
    } catch (RejectedExecutionException stopping) {
      // the server is closing, and its connections with it
    }
  }

  private void collect(ByteBudget.Share share) {
    share.receive((long) COPIES * collected.length());
    request.exceptionHandler(whole::completeExceptionally);
    request.handler(
        part -> {
          if (whole.isDone()) {
            collected = null; // it was cut off or took too long: nobody waits for it any more
          } else if (collected.length() + part.length() > LIMIT_BYTES) {
            whole.completeExceptionally(new Refusal(TOO_LARGE));
          } else if (share.receive((long) COPIES * part.length())) {
            collected.appendBuffer(part);
          }
        });
    request.endHandler(end -> whole.complete(collected));
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    request.resume();
  }

  static long declaredLength(HttpServerRequest request) {
    String declared = request.getHeader("Content-Length");
    try {
      return declared == null ? 0 : Long.parseLong(declared);
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }
}
