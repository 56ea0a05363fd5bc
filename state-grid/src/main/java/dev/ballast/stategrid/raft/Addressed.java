package dev.ballast.stategrid.raft;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes only what is said to this member. One that was replaced and is started again where its
 * successor should be would else hold entries and give votes that count as the successor's, which
 * has neither: Ratis looks at the group that a message is for, not at the member. Thread-safe.
 */
final class Addressed implements ServerInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(Addressed.class);

  private final String self;
  private final AtomicBoolean told = new AtomicBoolean();

  Addressed(String self) {
    this.self = self;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        Optional<String> other = to(message).filter(id -> !id.equals(self));
        if (other.isPresent() && !refused) {
          refused = true;
          refuse(call, other.get());
        }
        if (!refused) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }

  private void refuse(ServerCall<?, ?> call, String other) {
    String why = "this is member " + self + ", and it was said to member " + other;
    if (told.compareAndSet(false, true)) {
      LOG.warn("a message of the group came to the wrong member: {}", why);
    }
    call.close(Status.FAILED_PRECONDITION.withDescription(why), new Metadata());
  }

  /** Who is meant; empty for what no member says to another. */
  private static Optional<String> to(Object message) {
    RaftRpcRequestProto head =
        switch (message) {
          case AppendEntriesRequestProto append -> append.getServerRequest();
          case RequestVoteRequestProto vote -> vote.getServerRequest();
          case InstallSnapshotRequestProto image -> image.getServerRequest();
          case ReadIndexRequestProto read -> read.getServerRequest();
          case StartLeaderElectionRequestProto lead -> lead.getServerRequest();
          default -> null;
        };
    return Optional.ofNullable(head).map(one -> RaftPeerId.valueOf(one.getReplyId()).toString());
  }
}
