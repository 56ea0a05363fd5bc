package dev.ballast.stategrid.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A member that is started where its successor should be does not answer for it. */
class AddressedTest {

  private static RaftRpcRequestProto to(String member) {
    return RaftRpcRequestProto.newBuilder().setReplyId(ByteString.copyFromUtf8(member)).build();
  }

  private static Stream<Object> messages(String member) {
    return Stream.of(
        AppendEntriesRequestProto.newBuilder().setServerRequest(to(member)).build(),
        RequestVoteRequestProto.newBuilder().setServerRequest(to(member)).build(),
        InstallSnapshotRequestProto.newBuilder().setServerRequest(to(member)).build(),
        ReadIndexRequestProto.newBuilder().setServerRequest(to(member)).build(),
        StartLeaderElectionRequestProto.newBuilder().setServerRequest(to(member)).build());
  }

  static Stream<Object> ours() {
    return messages("old");
  }

  static Stream<Object> theSuccessors() {
    return messages("new");
  }

  @ParameterizedTest
  @MethodSource("ours")
  void whatIsSaidToThisMemberComes(Object message) {
    Call call = new Call();
    call.heard.onMessage(message);
    call.heard.onHalfClose();
    assertEquals(List.of(message, "end"), call.delivered);
    assertEquals(List.of(), call.ends);
  }

  @ParameterizedTest
  @MethodSource("theSuccessors")
  void whatIsSaidToAnotherDoesNotAndNothingAfterIt(Object message) {
    Call call = new Call();
    call.heard.onMessage(message);
    call.heard.onMessage(message);
    ours().forEach(call.heard::onMessage);
    call.heard.onHalfClose();
    assertEquals(List.of(), call.delivered);
    assertEquals(1, call.ends.size());
    assertEquals(Status.Code.FAILED_PRECONDITION, call.ends.getFirst().getCode());
    String why = call.ends.getFirst().getDescription();
    assertTrue(why.contains("member old") && why.contains("member new"), why);
  }

  /** They find the leader by trying. */
  @Test
  void whatClientsSayComes() {
    Call call = new Call();
    Object message = RaftClientRequestProto.newBuilder().setRpcRequest(to("new")).build();
    call.heard.onMessage(message);
    assertEquals(List.of(message), call.delivered);
  }

  private static final class Call extends ServerCall<Object, Object> {
    private final List<Object> delivered = new ArrayList<>();
    private final List<Status> ends = new ArrayList<>();
    private final ServerCall.Listener<Object> heard =
        new Addressed("old")
            .interceptCall(
                this,
                new Metadata(),
                (call, headers) ->
                    new ServerCall.Listener<>() {
                      @Override
                      public void onMessage(Object message) {
                        delivered.add(message);
                      }

                      @Override
                      public void onHalfClose() {
                        delivered.add("end");
                      }
                    });

    @Override
    public void close(Status status, Metadata trailers) {
      ends.add(status);
    }

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Object message) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Object, Object> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }
}
