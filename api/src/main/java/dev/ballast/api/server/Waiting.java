package dev.ballast.api.server;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;

/** The bridge from Vert.x futures to blocking calls. Never for an event loop. */
final class Waiting {

  private Waiting() {}

  /** The result, or the failure as an unchecked exception. */
  static <T> T on(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Whether it succeeded: for sends, where failure means that the client is gone. */
  static boolean succeeded(Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException gone) {
      return false;
    }
  }
}
