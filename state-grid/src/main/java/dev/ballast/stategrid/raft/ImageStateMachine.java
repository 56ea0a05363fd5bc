package dev.ballast.stategrid.raft;

import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.sqlite.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ratis' view of this member's image. The image itself is the newest snapshot: taking one only puts
 * it on the disk, and a member that is behind fetches a copy from the leader.
 *
 * <p>Ratis calls from its applying thread, events come from any.
 */
final class ImageStateMachine extends BaseStateMachine {

  /** What it needs from its surroundings. */
  interface Surroundings {

    /** Something about leadership or membership may have changed. Returns at once. */
    void changed();

    /** The log on the disk is broken until this member starts anew. Returns at once. */
    void logFailed(Throwable cause);

    /** Answers a call of another member. */
    CompletableFuture<byte[]> answer(byte[] call);

    /**
     * Fetches a copy of a member's image; its path. What fails may be asked for again as soon as
     * that is known.
     */
    CompletableFuture<Path> fetchImage(String id, String address);
  }

  private record Settled(TermIndex termIndex) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
      return termIndex;
    }

    @Override
    public List<FileInfo> getFiles() {
      return List.of();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(ImageStateMachine.class);

  private final RaftSettings settings;
  private final Applier applier;
  private final Surroundings surroundings;
  private final Object advancing = new Object();
  private volatile Settled settled;

  /** What Ratis was told last: it takes no less. */
  private volatile long letGo = -1;

  private final AtomicReference<Path> fetched = new AtomicReference<>();
  private volatile Runnable applied = () -> {};

  ImageStateMachine(RaftSettings settings, Applier applier, Surroundings surroundings) {
    this.settings = settings;
    this.applier = applier;
    this.surroundings = surroundings;
  }

  /**
   * @param told runs on the applying thread after each entry of ours; returns at once
   */
  void onApplied(Runnable told) {
    applied = told;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              super.initialize(server, group, storage);
              load();
            });
  }

  private void load() {
    Image.Stored stored = applier.image().stored();
    if (stored.index() >= 0) {
      TermIndex place = TermIndex.valueOf(stored.term(), stored.index());
      settled = new Settled(place);
      letGo = stored.index();
      setLastAppliedTermIndex(place);
      tellWaiting();
    }
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() {
    Path copy = fetched.getAndSet(null);
    if (copy != null) {
      take(copy);
    }
    load();
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
    surroundings.changed();
  }

  /** Ratis would wait for ever for what failed here. */
  private void take(Path copy) {
    try {
      applier.replace(copy);
    } catch (LogException e) {
      surroundings.logFailed(e);
      throw new IllegalStateException("the fetched image could not be taken over", e);
    }
  }

  /**
   * @param copy may be null
   */
  private static void delete(Path copy) {
    try {
      if (copy != null) {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      LOG.warn("cannot delete {}", copy, e);
    }
  }

  @Override
  public SnapshotInfo getLatestSnapshot() {
    return settled;
  }

  /**
   * An exception here would stop the group while the process lives.
   *
   * @return the newest entry that the log need not have any more; -1 when it is to stay as it is. A
   *     member that is a little behind gets what it missed from the log, and not the image as a
   *     whole: so some of what is in the image stays, in entries and in bytes
   */
  @Override
  public long takeSnapshot() {
    TermIndex place = getLastAppliedTermIndex();
    try {
      if (place.getIndex() < 0) {
        return -1;
      }
      applier.image().settle(place.getTerm(), place.getIndex());
      settled = new Settled(place);
      long mayGo = mayGo(place.getIndex());
      letGo = Math.max(letGo, mayGo);
      return mayGo;
    } catch (LogException e) {
      LOG.warn("the image could not be put on the disk; it is tried again later", e);
      return -1;
    }
  }

  /**
   * Ratis takes no less than it was told before, or what the image held at the start: where some of
   * that is to stay, nothing goes, unless the log is too long.
   */
  private long mayGo(long newest) {
    Path raft = settings.directory();
    long behindKept =
        Math.max(
            newest - settings.keptEntries(),
            RaftFiles.beforeNewest(raft, settings.group(), settings.keptBytes()));
    if (behindKept >= letGo) {
      return Math.min(newest, behindKept);
    }
    return RaftFiles.bytes(raft, settings.group()) > settings.mostBytes() ? letGo : -1;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    String outcome =
        applier.apply(
            entry.getTerm(),
            entry.getIndex(),
            entry.getStateMachineLogEntry().getLogData().toByteArray());
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    applied.run();
    return CompletableFuture.completedFuture(Message.valueOf(outcome));
  }

  @Override
  public CompletableFuture<Message> query(Message call) {
    return surroundings
        .answer(call.getContent().toByteArray())
        .thenApply(bytes -> Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes)));
  }

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstInLog) {
    var leader = role.getFollowerInfo().getLeaderInfo().getId();
    String id = RaftPeerId.valueOf(leader.getId()).toString();
    return surroundings
        .fetchImage(id, leader.getAddress())
        .thenApply(
            copy -> {
              Image.Stored stored = Image.storedIn(copy);
              delete(fetched.getAndSet(copy));
              return TermIndex.valueOf(stored.term(), stored.index());
            });
  }

  @Override
  public void notifyLeaderReady() {
    surroundings.changed();
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    surroundings.changed();
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    surroundings.changed();
  }

  @Override
  public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto peers) {
    surroundings.changed();
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    surroundings.logFailed(cause);
  }

  /** The index of the newest applied entry, whatever it says. */
  long applied() {
    return Optional.ofNullable(getLastAppliedTermIndex()).map(TermIndex::getIndex).orElse(-1L);
  }

  @Override
  protected boolean updateLastAppliedTermIndex(TermIndex place) {
    boolean updated = super.updateLastAppliedTermIndex(place);
    tellWaiting();
    return updated;
  }

  private void tellWaiting() {
    synchronized (advancing) {
      advancing.notifyAll();
    }
  }

  /** Waits until an entry is applied; false when that took too long. */
  boolean awaitApplied(long index, Duration patience, Timers timers) throws InterruptedException {
    Now began = timers.now();
    synchronized (advancing) {
      while (applied() < index) {
        long left = patience.minus(timers.now().since(began)).toMillis();
        if (left <= 0) {
          return false;
        }
        advancing.wait(left);
      }
    }
    return true;
  }
}
