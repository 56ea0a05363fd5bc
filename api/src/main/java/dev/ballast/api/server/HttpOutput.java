package dev.ballast.api.server;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An answer under way. Every write waits until the link has taken it, so a client that does not
 * read stops its own virtual thread and holds one buffer, no more.
 */
final class HttpOutput implements Exchange.Output {

  private final HttpServerResponse response;
  private final Context context;
  private final boolean headOnly;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param headOnly answers HEAD: what is written goes nowhere
   */
  HttpOutput(HttpServerResponse response, Context context, boolean headOnly) {
    this.response = response;
    this.context = context;
    this.headOnly = headOnly;
  }

  @Override
  public boolean write(byte[]... parts) {
    if (closed.get() || response.closed()) {
      return false;
    }
    return headOnly || Waiting.succeeded(response.write(HttpExchange.buffer(parts)));
  }

  @Override
  public void onEnd(Runnable task) {
    AtomicBoolean ran = new AtomicBoolean();
    Runnable once =
        () -> {
          if (ran.compareAndSet(false, true)) {
            task.run();
          }
        };
    context.runOnContext(
        now -> {
          if (response.closed() || response.ended()) {
            once.run();
          } else {
            response.closeHandler(end -> once.run());
            response.endHandler(end -> once.run());
            response.exceptionHandler(gone -> once.run());
          }
        });
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && !response.closed()) {
      Waiting.succeeded(response.end());
    }
  }
}
