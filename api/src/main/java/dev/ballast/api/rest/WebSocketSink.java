package dev.ballast.api.rest;

import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** One text frame an event, as kube-apiserver sends them and fabric8 expects them. */
final class WebSocketSink implements EventSink {

  private final ServerWebSocket socket;

  WebSocketSink(ServerWebSocket socket) {
    this.socket = socket;
  }

  @Override
  public boolean send(List<List<byte[]>> events) {
    Future<Void> last = Future.succeededFuture();
    for (List<byte[]> event : events) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      event.forEach(whole::writeBytes);
      last = socket.writeTextMessage(whole.toString(StandardCharsets.UTF_8));
    }
    try {
      last.toCompletionStage().toCompletableFuture().get();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException gone) {
      return false;
    }
  }

  @Override
  public void onGone(Runnable task) {
    try {
      socket.closeHandler(gone -> task.run());
      socket.exceptionHandler(broken -> task.run());
      socket.resume();
      if (socket.isClosed()) {
        task.run();
      }
    } catch (IllegalStateException closedAlready) {
      task.run();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
