package dev.ballast.stategrid.raft;

import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.raft.RaftSettings.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's place in the group: its Raft server and the calls to the others, both over the same
 * links. Calls block: use virtual threads. Thread-safe.
 */
public final class RaftNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);
  private static final Duration APPEND = Duration.ofSeconds(10);
  private static final Duration CONFIRM = Duration.ofSeconds(5);
  private static final Duration RECONFIGURE = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration APPLY = Duration.ofSeconds(5);
  private static final Duration FOR_EVER = Duration.ofDays(1_000_000);

  static {
    // A library that meets trouble must not end the process: its member says what is wrong.
    ExitUtils.disableSystemExit();
  }

  private final RaftSettings settings;
  private final RaftGroupId group;
  private final ImageStateMachine machine;
  private final RaftServer server;
  private final Outgoing outgoing;
  private volatile boolean closed;

  /**
   * @throws IOException when the log cannot be opened or the address not be listened on
   */
  RaftNode(RaftSettings settings, ImageStateMachine machine) throws IOException {
    requireListenable(settings.self());
    this.settings = settings;
    this.machine = machine;
    this.group = RaftGroupId.valueOf(settings.group());
    RaftProperties properties = RaftTuning.properties(settings);
    PromptAppends appends = new PromptAppends();
    machine.onApplied(appends::committed);
    Parameters parameters = RaftTuning.parameters(settings, appends);
    this.server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(settings.self().id()))
            .setGroup(RaftGroup.valueOf(group, founders()))
            .setStateMachine(machine)
            .setProperties(properties)
            .setParameters(parameters)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    this.outgoing = new Outgoing(group, new GrpcFactory(parameters), properties);
    try {
      server.start();
    } catch (ExitUtils.ExitException e) {
      throw new IOException("its Raft server gave up: " + e.getMessage(), e);
    }
  }

  /**
   * @throws IOException in words for a person when somebody else has the address
   */
  static void requireListenable(Peer self) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(self.host(), self.port()));
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s for the other members: %s. Free it; a member that has not joined yet may take another with --member-port."
              .formatted(self.address(), e.getMessage()),
          e);
    }
  }

  /** One that joins begins with nobody, so that it waits to be told who is in the group. */
  private List<RaftPeer> founders() {
    List<RaftPeer> founders = new ArrayList<>();
    if (settings.founding()) {
      founders.add(Outgoing.peer(settings.self()));
      settings.others().forEach(other -> founders.add(Outgoing.peer(other)));
    }
    return founders;
  }

  public Peer self() {
    return settings.self();
  }

  private DivisionInfo info() throws RaftUnavailableException {
    return division().getInfo();
  }

  private RaftServer.Division division() throws RaftUnavailableException {
    try {
      return server.getDivision(group);
    } catch (IOException e) {
      throw new RaftUnavailableException("this member is not in the group: " + e, true, e);
    }
  }

  /** The epoch in which this member leads and everything before it is applied; or empty. */
  public Optional<Long> leading() {
    try {
      DivisionInfo info = info();
      long term = info.getCurrentTerm();
      return info.isLeaderReady() && info.getCurrentTerm() == term
          ? Optional.of(term)
          : Optional.empty();
    } catch (RaftUnavailableException e) {
      return Optional.empty();
    }
  }

  boolean leads(long epoch) {
    return leading().filter(term -> term == epoch).isPresent();
  }

  /** Who leads, as far as this member knows. */
  public Optional<String> leader() {
    try {
      return Optional.ofNullable(info().getLeaderId()).map(RaftPeerId::toString);
    } catch (RaftUnavailableException e) {
      return Optional.empty();
    }
  }

  public long term() {
    try {
      return info().getCurrentTerm();
    } catch (RaftUnavailableException e) {
      return 0;
    }
  }

  /** Everybody in the group, as far as this member knows. */
  public List<Peer> peers() {
    try {
      return division().getRaftConf().getAllPeers().stream()
          .map(peer -> new Peer(peer.getId().toString(), peer.getAddress()))
          .toList();
    } catch (RaftUnavailableException e) {
      return List.of();
    }
  }

  /**
   * Whether it is settled, as far as this member has the log, that somebody is not in the group.
   */
  boolean isSettledWithout(String id) throws RaftUnavailableException {
    RaftConfiguration now = division().getRaftConf();
    return now.getPreviousPeers().isEmpty()
        && now.getLogEntryIndex() <= division().getRaftLog().getLastCommittedIndex()
        && now.getAllPeers().stream().noneMatch(peer -> peer.getId().toString().equals(id));
  }

  /** The index of the newest entry that this member has applied. */
  public long applied() {
    return machine.applied();
  }

  /**
   * Returns when this member has applied an entry.
   *
   * @throws RaftUnavailableException when that takes too long
   */
  void awaitApplied(long index, Timers timers) throws RaftUnavailableException {
    try {
      if (!machine.awaitApplied(index, APPLY, timers)) {
        throw new RaftUnavailableException(
            "this member is behind: at entry %d after %d s, and %d is wanted"
                .formatted(applied(), APPLY.toSeconds(), index),
            true,
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RaftUnavailableException("interrupted", true, e);
    }
  }

  /**
   * Puts an entry into the log; returns what came of it when this member has applied it.
   *
   * @throws RaftUnavailableException when that is not known, or nothing was done
   */
  String append(byte[] entry) throws RaftUnavailableException {
    return Outgoing.checked(
            await(local(RaftClientRequest.writeRequestType(), entry), APPEND, false), false)
        .getMessage()
        .getContent()
        .toStringUtf8();
  }

  /**
   * Returns when a majority has said, after this was called, that it follows this member: then
   * nobody was elected after it before the call. Ratis' own check is not asked: it takes a leader
   * for confirmed as long as nothing new was committed, however long ago the majority said so, and
   * sometimes misses its own heartbeat.
   *
   * @return the newest entry that was committed when this was called. Others may have applied and
   *     shown it already, also where this member has not: who reads must wait for it
   */
  long confirm() throws RaftUnavailableException {
    long epoch =
        leading()
            .orElseThrow(
                () -> new RaftUnavailableException("another member leads, or none", true, null));
    long committed = division().getRaftLog().getLastCommittedIndex();
    RaftPeerId self = RaftPeerId.valueOf(settings.self().id());
    CompletableFuture<Boolean> followed =
        new Majority(self, division().getRaftConf())
            .ask(peer -> outgoing.hears(peer, settings.self().id(), CONFIRM));
    if (!await(followed, CONFIRM, true)) {
      throw new RaftUnavailableException("no majority follows this member", true, null);
    }
    if (!leads(epoch)) {
      throw new RaftUnavailableException("another member leads, or none", true, null);
    }
    return committed;
  }

  private CompletableFuture<RaftClientReply> local(RaftClientRequest.Type type, byte[] content)
      throws RaftUnavailableException {
    RaftClientRequest request = outgoing.request(type, settings.self().id(), content, APPEND);
    try {
      return server.submitClientRequestAsync(request);
    } catch (IOException | RuntimeException e) {
      throw new RaftUnavailableException("this member does not take part: " + e, true, e);
    }
  }

  private static <T> T await(CompletableFuture<T> answer, Duration timeout, boolean reads)
      throws RaftUnavailableException {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new RaftUnavailableException("no majority answered within " + timeout, reads, e);
    } catch (ExecutionException | CompletionException e) {
      throw new RaftUnavailableException("the group failed: " + e.getCause(), reads, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RaftUnavailableException("interrupted", reads, e);
    }
  }

  /**
   * Asks the member that leads, until it is seen that it does not any more.
   *
   * @param confirmed have it answer only once a majority has said that it leads
   * @throws RaftUnavailableException when it did not answer
   */
  byte[] call(String id, byte[] call, boolean confirmed, Duration timeout)
      throws RaftUnavailableException {
    Optional<Peer> peer = peers().stream().filter(one -> one.id().equals(id)).findFirst();
    if (peer.isEmpty()) {
      throw new RaftUnavailableException("no member is called " + id, true, null);
    }
    RaftClientRequest.Type type = RaftClientRequest.readRequestType(!confirmed);
    return outgoing.call(peer.get(), call, type, timeout, new Deposed(id));
  }

  /**
   * Asks another member, whether it leads or not: one that has just been elected is not ready
   * before a majority has its first entry, and whoever is far behind needs its image for that.
   */
  byte[] call(Peer to, byte[] call, Duration timeout) throws RaftUnavailableException {
    return outgoing.call(to, call, RaftClientRequest.staleReadRequestType(0), timeout, () -> false);
  }

  /**
   * True once another member leads than the one that was asked, or none has for a while. One thread
   * at a time.
   */
  private final class Deposed implements BooleanSupplier {
    private static final int MOST_LOOKS_WITHOUT_LEADER = 30;

    private final String id;
    private int withoutLeader;

    Deposed(String id) {
      this.id = id;
    }

    @Override
    public boolean getAsBoolean() {
      Optional<String> now = leader();
      withoutLeader = now.isEmpty() ? withoutLeader + 1 : 0;
      return withoutLeader > MOST_LOOKS_WITHOUT_LEADER || now.isPresent() && !now.get().equals(id);
    }
  }

  /**
   * Changes who is in the group, unless somebody else has; whoever is new must be running. Blocks
   * until it holds.
   *
   * @param before who is in the group, as far as this member knew when it decided
   * @throws RaftUnavailableException when it is not known whether it will, or somebody else has
   */
  public void setPeers(List<Peer> before, List<Peer> peers) throws RaftUnavailableException {
    SetConfigurationRequest.Arguments arguments =
        SetConfigurationRequest.Arguments.newBuilder()
            .setServersInCurrentConf(before.stream().map(Outgoing::peer).toList())
            .setServersInNewConf(peers.stream().map(Outgoing::peer).toList())
            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
            .build();
    RaftPeerId leader = RaftPeerId.valueOf(leader().orElse(settings.self().id()));
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            outgoing.client(), leader, group, outgoing.nextCall(), arguments);
    try {
      if (leader.toString().equals(settings.self().id())) {
        Outgoing.checked(await(server.setConfigurationAsync(request), RECONFIGURE, false), false);
      } else {
        outgoing.know(peers());
        Outgoing.checked(outgoing.send(request, RECONFIGURE, () -> false), false);
      }
    } catch (IOException e) {
      throw new RaftUnavailableException("the group did not change: " + e.getMessage(), false, e);
    }
  }

  /** If this member leads: how long ago each of the others answered it. */
  public Map<String, Duration> silent() {
    Map<String, Duration> silent = new HashMap<>();
    try {
      info()
          .getRoleInfoProto()
          .getLeaderInfo()
          .getFollowerInfoList()
          .forEach(
              follower ->
                  silent.put(
                      follower.getId().getId().toStringUtf8(),
                      Duration.ofMillis(follower.getLastRpcElapsedTimeMs())));
    } catch (RaftUnavailableException e) {
      LOG.debug("nobody is followed from here", e);
    }
    return silent;
  }

  /** The others, the one first that answered last: who is away cannot take over. */
  private List<Peer> heardOfLast() {
    Map<String, Duration> silent = silent();
    return peers().stream()
        .filter(peer -> !peer.id().equals(settings.self().id()))
        .sorted(Comparator.comparing(peer -> silent.getOrDefault(peer.id(), FOR_EVER)))
        .toList();
  }

  /** Makes the links that votes are asked for over anew. */
  void renewLinks() {
    IOException why = new IOException("it may have failed, and pause");
    for (Peer peer : peers()) {
      if (!peer.id().equals(settings.self().id())) {
        server.getServerRpc().handleException(RaftPeerId.valueOf(peer.id()), why, true);
      }
    }
  }

  /** If this member leads, has another one lead. Blocks for up to a second. */
  public void handOver() {
    if (leading().isEmpty()) {
      return;
    }
    for (Peer peer : heardOfLast()) {
      try {
        TransferLeadershipRequest request =
            new TransferLeadershipRequest(
                outgoing.client(),
                RaftPeerId.valueOf(settings.self().id()),
                group,
                outgoing.nextCall(),
                RaftPeerId.valueOf(peer.id()),
                500);
        Outgoing.checked(
            await(server.transferLeadershipAsync(request), Duration.ofMillis(500), false), false);
        LOG.info("handed leadership over to {}", peer.id());
        return;
      } catch (IOException | RaftUnavailableException e) {
        LOG.info("{} did not take leadership over: {}", peer.id(), e.getMessage());
      }
    }
  }

  /** Has what the log need not have any more go. Returns at once; what fails is asked for again. */
  void letGo() {
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            outgoing.client(),
            RaftPeerId.valueOf(settings.self().id()),
            group,
            outgoing.nextCall(),
            APPEND.toMillis());
    server
        .snapshotManagementAsync(request)
        .exceptionally(
            failure -> {
              LOG.info("the log could not be shortened: {}", failure.getMessage());
              return null;
            });
  }

  /** True when it ended by itself, as it does when it meets something that it did not foresee. */
  boolean ended() {
    try {
      return !closed && (!info().isAlive() || ExitUtils.getFirstExitException() != null);
    } catch (RaftUnavailableException e) {
      return !closed;
    }
  }

  /** Ratis has been seen not to end, so this waits for a time only. */
  @Override
  public void close() {
    closed = true;
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("ballast-raft-close")
            .start(
                () -> {
                  try {
                    outgoing.close();
                    server.close();
                  } catch (IOException | RuntimeException e) {
                    LOG.warn("closing the raft server failed", e);
                  }
                });
    try {
      if (!closing.join(CLOSE)) {
        LOG.warn("the raft server did not end within {}; going on without it", CLOSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
