package dev.ballast.stategrid.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;

/**
 * Sends requests to other members and gives them up in time. The links below wait for half a minute
 * whatever the caller wants, and one to a machine that is stopped or cut off tells nothing at all:
 * whoever waits there would not notice that somebody else has long been leading. Thread-safe.
 */
final class Outgoing {

  private static final Duration LOOK = Duration.ofMillis(100);

  private final RaftClientRpc rpc;

  Outgoing(RaftClientRpc rpc) {
    this.rpc = rpc;
  }

  /**
   * @param hopeless asked every 100 ms while the answer is outstanding: true when nobody should
   *     wait any longer
   * @throws IOException also when it was given up; the request may be carried out all the same
   */
  RaftClientReply send(RaftClientRequest request, Duration timeout, BooleanSupplier hopeless)
      throws IOException {
    CompletableFuture<RaftClientReply> reply = new CompletableFuture<>();
    Thread.ofVirtual().name("ballast-call").start(() -> send(request, reply));
    for (Duration waited = Duration.ZERO; ; waited = waited.plus(LOOK)) {
      try {
        return reply.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException none) {
        if (waited.compareTo(timeout) >= 0) {
          throw new IOException("no answer within " + timeout.toSeconds() + " s", none);
        }
        if (hopeless.getAsBoolean()) {
          throw new IOException("it is not taken for the leader any more", none);
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException lost ? lost : new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private void send(RaftClientRequest request, CompletableFuture<RaftClientReply> reply) {
    try {
      reply.complete(rpc.sendRequest(request));
    } catch (IOException | RuntimeException e) {
      reply.completeExceptionally(e);
    }
  }
}
