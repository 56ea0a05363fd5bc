package dev.ballast.stategrid.raft;

import dev.ballast.stategrid.raft.RaftSettings.Peer;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.ratis.client.ClientFactory;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to other members and gives them up in time. The links below wait for half a minute
 * whatever the caller wants, and one to a machine that is stopped or cut off tells nothing at all:
 * whoever waits there would not notice that somebody else has long been leading. Thread-safe.
 */
final class Outgoing implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final RaftGroupId group;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final RaftClientRpc rpc;
  private final Asking asking = new Asking();

  Outgoing(RaftGroupId group, ClientFactory links, RaftProperties properties) {
    this.group = group;
    this.rpc = links.newRaftClientRpc(client, properties);
  }

  ClientId client() {
    return client;
  }

  long nextCall() {
    return calls.incrementAndGet();
  }

  /** Where these are, for who is sent to next. */
  void know(List<Peer> peers) {
    rpc.addRaftPeers(peers.stream().map(Outgoing::peer).toList());
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

  /**
   * @param hopeless as for {@link #send}
   * @return what the member answers
   * @throws RaftUnavailableException when it did not
   */
  byte[] call(
      Peer to, byte[] call, RaftClientRequest.Type type, Duration timeout, BooleanSupplier hopeless)
      throws RaftUnavailableException {
    rpc.addRaftPeers(List.of(peer(to)));
    RaftClientRequest request = request(type, to.id(), call, timeout);
    try {
      return checked(send(request, timeout, hopeless), false)
          .getMessage()
          .getContent()
          .toByteArray();
    } catch (IOException e) {
      // Closing a link to a machine that is stopped takes three seconds, which nobody should wait.
      Thread.ofVirtual()
          .name("ballast-link")
          .start(() -> rpc.handleException(RaftPeerId.valueOf(to.id()), e, true));
      throw new RaftUnavailableException(
          "member %s at %s: %s".formatted(to.id(), to.address(), e.getMessage()),
          neverConnected(e),
          e);
    }
  }

  /** Then nothing was sent, and nothing done. */
  private static boolean neverConnected(Throwable failure) {
    return failure != null
        && (failure instanceof ConnectException || neverConnected(failure.getCause()));
  }

  /** Whether a member takes another for its leader, which it does in no term after that one's. */
  boolean hears(RaftPeer peer, String leader, Duration timeout) {
    return asking.ask(peer.getId(), () -> saysThatItHears(peer, leader, timeout));
  }

  private boolean saysThatItHears(RaftPeer peer, String leader, Duration timeout) {
    try {
      rpc.addRaftPeers(List.of(peer));
      GroupInfoRequest request = new GroupInfoRequest(client, peer.getId(), group, nextCall());
      return send(request, timeout, () -> false) instanceof GroupInfoReply reply
          && reply.isSuccess()
          && reply.getRoleInfoProto().hasFollowerInfo()
          && reply
              .getRoleInfoProto()
              .getFollowerInfo()
              .getLeaderInfo()
              .getId()
              .getId()
              .toStringUtf8()
              .equals(leader);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} did not say whom it follows", peer.getId(), e);
      rpc.handleException(peer.getId(), e, true);
      return false;
    }
  }

  RaftClientRequest request(
      RaftClientRequest.Type type, String to, byte[] content, Duration timeout) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(content);
    return RaftClientRequest.newBuilder()
        .setClientId(client)
        .setServerId(RaftPeerId.valueOf(to))
        .setGroupId(group)
        .setCallId(nextCall())
        .setMessage(Message.valueOf(bytes))
        .setType(type)
        .setTimeoutMs(timeout.toMillis())
        .build();
  }

  private void send(RaftClientRequest request, CompletableFuture<RaftClientReply> reply) {
    try {
      reply.complete(rpc.sendRequest(request));
    } catch (IOException | RuntimeException e) {
      reply.completeExceptionally(e);
    }
  }

  /** A leader that steps down says so of what may yet be committed, too: then nobody knows. */
  static RaftClientReply checked(RaftClientReply reply, boolean reads)
      throws RaftUnavailableException {
    if (!reply.isSuccess()) {
      RaftException refusal = reply.getException();
      boolean atTheDoor =
          refusal instanceof LeaderSteppingDownException
              || refusal instanceof LeaderNotReadyException;
      throw new RaftUnavailableException(
          String.valueOf(refusal.getMessage()), reads || atTheDoor, refusal);
    }
    return reply;
  }

  static RaftPeer peer(Peer peer) {
    return RaftPeer.newBuilder()
        .setId(RaftPeerId.valueOf(peer.id()))
        .setAddress(peer.address())
        .build();
  }

  @Override
  public void close() throws IOException {
    rpc.close();
  }
}
