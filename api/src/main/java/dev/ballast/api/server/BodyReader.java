package dev.ballast.api.server;

import dev.ballast.core.status.Failure;
import dev.ballast.core.time.Timers;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

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

  private BodyReader() {}

  /** Whether there may be a body: only then is the request worth pausing. */
  static boolean mayFollow(HttpServerRequest request) {
    boolean announced =
        request.headers().contains("Content-Length")
            || request.headers().contains("Transfer-Encoding");
    boolean fetches = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    return announced || (request.version() == HttpVersion.HTTP_2 && !fetches);
  }

  static byte[] read(HttpServerRequest request, Context context, Timers timers) throws Refusal {
    if (declaredLength(request) > LIMIT_BYTES) {
      throw new Refusal(TOO_LARGE);
    }
    CompletableFuture<Buffer> whole = new CompletableFuture<>();
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
    context.runOnContext(start -> collect(request, whole));
    try {
      return whole.get().getBytes();
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
    }
  }

  private static void collect(HttpServerRequest request, CompletableFuture<Buffer> whole) {
    Buffer collected = Buffer.buffer();
    request.exceptionHandler(whole::completeExceptionally);
    request.handler(
        part -> {
          if (collected.length() + part.length() > LIMIT_BYTES) {
            whole.completeExceptionally(new Refusal(TOO_LARGE));
          } else if (!whole.isDone()) {
            collected.appendBuffer(part);
          }
        });
    request.endHandler(end -> whole.complete(collected));
    request.resume();
  }

  private static long declaredLength(HttpServerRequest request) {
    String declared = request.getHeader("Content-Length");
    try {
      return declared == null ? 0 : Long.parseLong(declared);
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }
}
