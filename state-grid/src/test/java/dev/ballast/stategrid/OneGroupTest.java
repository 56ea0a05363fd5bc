package dev.ballast.stategrid;

import static dev.ballast.stategrid.GroupTest.commit;
import static dev.ballast.stategrid.GroupTest.create;
import static dev.ballast.stategrid.GroupTest.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.raft.RaftSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members that live as long as the class, whoever leads: beginning takes longer than a test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneGroupTest {

  private Path directory;
  private LocalGroup group;

  @BeforeAll
  void begin(@TempDir Path directory) {
    this.directory = directory;
    group = new LocalGroup(directory, 3, 10_000, Duration.ofSeconds(2)).startAll();
  }

  /** Each finds nothing. */
  @AfterEach
  void empty() {
    ResourceStore store = group.grid(group.leader()).store();
    for (ResourceType type : List.of(ResourceType.CONFIG_MAPS, ResourceType.LEASES)) {
      ListResult.Page there =
          assertInstanceOf(ListResult.Page.class, store.list(ListQuery.all(type)));
      for (Document document : there.documents()) {
        store.commit(new Write.Delete(document.key(), 0, DeleteOptions.DEFAULTS));
      }
    }
  }

  @AfterAll
  void end() {
    group.close();
  }

  @Test
  void whatAFollowerCommitsEveryoneSees() {
    commit(group.grid(group.follower()).store(), "everyone");
    for (int member = 0; member < 3; member++) {
      assertTrue(group.grid(member).store().get(key("everyone")).isPresent());
    }
  }

  /** What a creation rests on is looked at by whoever leads, also when another member sends it. */
  @Test
  void aBasisThatHasMovedRefusesAlsoAtAFollower() {
    ResourceStore store = group.grid(group.follower()).store();
    long moved = commit(store, "basis");
    assertInstanceOf(CommitResult.Conflict.class, store.commit(restingOn("basis", moved - 1)));
    assertInstanceOf(CommitResult.Committed.class, store.commit(restingOn("basis", moved)));
  }

  /** Whoever follows may have applied an entry that the leader itself has not. */
  @Test
  void theLeaderAnswersWithWhatOthersHaveShown() throws Exception {
    try (Connection image = image(group.leader())) {
      ResourceStore follower = group.grid(group.follower()).store();
      ResourceStore leader = group.grid(group.leader()).store();
      long before = commit(follower, "before");
      Semaphore signals = new Semaphore(0);
      image.createStatement().execute("BEGIN IMMEDIATE");
      CompletableFuture<Long> written;
      CompletableFuture<Boolean> seen;
      try (Watch watch =
          follower.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", before), signals::release)) {
        written = CompletableFuture.supplyAsync(() -> commit(follower, "new"));
        do {
          // The first may be of what was written before: that comes to a follower later, too.
          assertTrue(signals.tryAcquire(20, TimeUnit.SECONDS), "the follower shows it");
        } while (assertInstanceOf(Watch.Poll.Events.class, watch.poll(1)).events().isEmpty());
        seen = CompletableFuture.supplyAsync(() -> leader.get(key("new")).isPresent());
        assertThrows(TimeoutException.class, () -> seen.get(300, TimeUnit.MILLISECONDS));
      } finally {
        image.createStatement().execute("ROLLBACK");
      }
      assertTrue(seen.get(20, TimeUnit.SECONDS));
      assertTrue(written.get(20, TimeUnit.SECONDS) > before);
    }
  }

  @Test
  void handingOverMovesTheLead() {
    int leader = group.leader();
    group.grid(leader).group().orElseThrow().node().handOver();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> group.leader() != leader);
    commit(group.grid(leader).store(), "handed-over");
  }

  /** What the members say to each other goes through {@code Addressed}. */
  @Test
  void whatIsSaidToAnotherMemberIsRefused() {
    RaftSettings.Peer self = group.peers().getFirst();
    ManagedChannel link = NettyChannelBuilder.forTarget(self.address()).usePlaintext().build();
    try {
      var stub = RaftServerProtocolServiceGrpc.newBlockingStub(link);
      assertFalse(stub.requestVote(voteOf(self.id())).getServerReply().getSuccess(), "term 0");
      StatusRuntimeException refused =
          assertThrows(StatusRuntimeException.class, () -> stub.requestVote(voteOf("successor")));
      assertEquals(Status.Code.FAILED_PRECONDITION, refused.getStatus().getCode());
    } finally {
      link.shutdownNow();
    }
  }

  private RequestVoteRequestProto voteOf(String member) {
    return RequestVoteRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRaftGroupId(
                    RaftGroupIdProto.newBuilder()
                        .setId(RaftGroupId.valueOf(group.id()).toByteString()))
                .setRequestorId(ByteString.copyFromUtf8("somebody"))
                .setReplyId(ByteString.copyFromUtf8(member)))
        .build();
  }

  /** A controller that slept through the change of leaders must not act on what it knew. */
  @Test
  void whatWasDecidedByOneLeaderIsNotForTheNext() {
    int leader = group.leader();
    AtomicReference<ResourceStore> leading = new AtomicReference<>();
    group
        .grid(leader)
        .onLeadership(
            new StateGrid.Leadership() {
              @Override
              public void gained(ResourceStore now) {
                leading.compareAndSet(null, now);
              }

              @Override
              public void lost() {}
            });
    Awaitility.await().until(() -> leading.get() != null);
    commit(leading.get(), "decided");
    group.grid(leader).group().orElseThrow().node().handOver();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> group.leader() != leader);
    assertInstanceOf(CommitResult.Unavailable.class, leading.get().commit(create("too-late", 1)));
    commit(group.grid(leader).store(), "too-late");
  }

  @Test
  void volatileLeasesAreTheLeaders() throws Exception {
    ResourceStore follower = group.grid(group.follower()).store();
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n");
    try (Watch watch =
        follower.watch(
            new WatchQuery(ResourceType.LEASES, "kube-node-lease", follower.revision()),
            () -> {})) {
      var document = Json.object().put("apiVersion", "coordination.k8s.io/v1");
      document.put("kind", "Lease").putObject("metadata").put("name", "n");
      long revision =
          assertInstanceOf(
                  CommitResult.Committed.class,
                  follower.commit(new Write.Create(lease, Json.storable(document))))
              .revision();
      assertEquals(revision, follower.get(lease).orElseThrow().revision());
      assertTrue(follower.revision() >= revision);
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  watch.poll(10) instanceof Watch.Poll.Events events
                      && events.events().size() == 1);
      assertTrue(commit(follower, "after") > revision);
    }
  }

  private static Write restingOn(String basis, long revision) {
    Write.Create create = (Write.Create) create("x", 1);
    return new Write.Create(
        create.key(), create.json(), Optional.of(new Write.Basis(key(basis), revision)));
  }

  private Connection image(int member) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:sqlite:" + directory.resolve("m" + member).resolve("state.db"));
  }
}
