package dev.ballast.api.server;

import dev.ballast.core.status.Failures;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * A small body that comes with its head, or right behind it, as that of most writes does: taken in
 * before the request is handed to a thread of its own, which then need not go back to the event
 * loop and wait. What is not whole soon is left to a {@link BodyReader}, with the first part of it.
 *
 * <p>Event loop only, until it is handed over.
 */
final class EarlyBody {

  private static final int LIMIT_BYTES = 16 * 1024;
  private static final long PATIENCE_MILLIS = 10;

  private final HttpServerRequest request;
  private final Context context;
  private final Consumer<EarlyBody> serve;
  private Buffer begun = Buffer.buffer();
  private boolean whole;
  private boolean broken;
  private boolean handedOver;

  /**
   * @param serve runs once, when there is no more to wait for
   */
  EarlyBody(HttpServerRequest request, Context context, Consumer<EarlyBody> serve) {
    this.request = request;
    this.context = context;
    this.serve = serve;
  }

  /**
   * @param wanted waits for it, if it is small; else hands over at once
   * @param pause holds back what may still come
   */
  void take(boolean wanted, boolean pause) {
    if (!wanted || !isSmall()) {
      handedOver = true;
      if (pause) {
        request.pause();
      }
      serve.accept(this);
      return;
    }
    request.handler(part -> begun.appendBuffer(part));
    request.exceptionHandler(gone -> end(false, true));
    request.endHandler(end -> end(true, false));
    context.runOnContext(read -> waitOn());
  }

  private boolean isSmall() {
    long length = BodyReader.declaredLength(request);
    return length > 0 && length <= LIMIT_BYTES && request.getHeader("Expect") == null;
  }

  private void waitOn() {
    if (!handedOver) {
      context.owner().setTimer(PATIENCE_MILLIS, late -> end(false, false));
    }
  }

  private void end(boolean isWhole, boolean isBroken) {
    if (!handedOver) {
      handedOver = true;
      whole = isWhole;
      broken = isBroken;
      if (!whole) {
        request.pause();
      }
      serve.accept(this);
    }
  }

  boolean whole() {
    return whole;
  }

  /** What has come of it. */
  Buffer begun() throws Refusal {
    if (broken) {
      throw new Refusal(Failures.badRequest("the request body ended too early"));
    }
    return begun;
  }
}
