package dev.ballast.stategrid.raft;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.raftlog.RaftLogIOException;

/**
 * Has the leader tell its followers at once what is committed, when no entry goes to them that
 * would carry the news. Ratis' own way is an entry of its own behind each of ours, which every
 * member forces to the disk: two forces a batch. Without either, followers hear of the newest batch
 * with the next heartbeat, half an election later. A message that is lost is made up for by that
 * one.
 *
 * <p>Thread-safe: appenders come and go on Ratis' threads, and each runs on one of its own.
 */
final class PromptAppends {

  private static final String PARAMETER = "ballast.prompt-appends";

  private final Set<LogAppender> running = ConcurrentHashMap.newKeySet();

  /** Ratis makes one by name and gives it the parameters. */
  public static final class Rpc implements RpcType {
    @Override
    public String name() {
      return Rpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
      return new Factory(parameters, parameters.get(PARAMETER, PromptAppends.class));
    }
  }

  private static final class Factory extends GrpcFactory {
    private final PromptAppends all;

    Factory(Parameters parameters, PromptAppends all) {
      super(parameters);
      this.all = all;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
      all.running.removeIf(former -> former.getFollowerId().equals(follower.getId()));
      Appender appender = new Appender(server, leader, follower);
      all.running.add(appender);
      return appender;
    }
  }

  private static final class Appender extends GrpcLogAppender {
    private volatile long told = -1;

    Appender(RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
      super(server, leader, follower);
    }

    /** Whether something is committed that no entry under way or to be sent tells of. */
    private boolean owesNews() {
      return getRaftLog().getLastCommittedIndex() > told
          && !hasAppendEntries()
          && !hasPendingDataRequests();
    }

    /**
     * Not of a follower that has said that its image ends right before this log: Ratis would ask it
     * to fetch one for ever, since it does not have the entry before its first any more. What the
     * follower has is committed, so that nothing need be compared with that entry.
     */
    @Override
    public boolean shouldInstallSnapshot(boolean hasSnapshot) {
      long next = getFollower().getNextIndex();
      boolean endsBeforeThisLog =
          getFollower().getSnapshotIndex() > 0
              && getFollower().getSnapshotIndex() + 1 == next
              && getRaftLog().getStartIndex() == next;
      return !endsBeforeThisLog && super.shouldInstallSnapshot(hasSnapshot);
    }

    /** None is left when a message is due. */
    @Override
    public long getHeartbeatWaitTimeMs() {
      return owesNews() ? 0 : super.getHeartbeatWaitTimeMs();
    }

    @Override
    public AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
        throws RaftLogIOException {
      long committed = getRaftLog().getLastCommittedIndex();
      boolean behindData = hasPendingDataRequests();
      AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
      // An empty message behind data that is under way says nothing of what is committed.
      if (request != null && !(behindData && request.getEntriesCount() == 0)) {
        told = committed;
      }
      return request;
    }
  }

  /** To be called before the server is made. */
  void register(Parameters parameters) {
    parameters.put(PARAMETER, this, PromptAppends.class);
  }

  /** Something was committed. Returns at once. */
  void committed() {
    running.forEach(LogAppender::notifyLogAppender);
  }
}
