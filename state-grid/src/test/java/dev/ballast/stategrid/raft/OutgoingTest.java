package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.Test;

/** Whether a call that failed may have been carried out. */
class OutgoingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** As long as a leader is dead and no other elected, a write waits instead of failing. */
  @Test
  void whereNobodyListensNothingIsDone() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    // The second time the link is known to be broken, which sounds different.
    try (Outgoing outgoing = outgoing()) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertEquals(true, failureOf(outgoing, port).nothingDone());
      }
    }
  }

  @Test
  void whoHangsUpMayHaveDoneIt() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Outgoing outgoing = outgoing()) {
      Thread.ofVirtual().start(() -> hangUp(socket));
      assertEquals(false, failureOf(outgoing, socket.getLocalPort()).nothingDone());
    }
  }

  private static void hangUp(ServerSocket socket) {
    try {
      while (true) {
        try (Socket link = socket.accept()) {
          link.getInputStream().read();
        }
      }
    } catch (IOException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static Outgoing outgoing() {
    return new Outgoing(
        RaftGroupId.randomId(), new GrpcFactory(new Parameters()), new RaftProperties());
  }

  private static RaftUnavailableException failureOf(Outgoing outgoing, int port) {
    RaftSettings.Peer peer = new RaftSettings.Peer("b", "127.0.0.1:" + port);
    RaftClientRequest.Type type = RaftClientRequest.staleReadRequestType(0);
    return assertThrows(
        RaftUnavailableException.class,
        () -> outgoing.call(peer, new byte[1], type, PATIENCE, () -> false));
  }
}
