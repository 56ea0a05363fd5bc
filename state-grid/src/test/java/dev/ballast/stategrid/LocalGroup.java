package dev.ballast.stategrid;

import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.testkit.time.WallTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Three members in this process, on loopback without TLS. */
final class LocalGroup implements AutoCloseable {

  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+).*");

  private final UUID group = UUID.randomUUID();
  private final Path directory;
  private final List<RaftSettings.Peer> peers = new ArrayList<>();
  private final StateGrid[] grids;
  private final long snapshotEvery;
  private final Duration election;
  private UnaryOperator<Settings> limits = UnaryOperator.identity();
  private Timers timers = new WallTimers();

  LocalGroup(Path directory, int members, long snapshotEvery) {
    this(directory, members, snapshotEvery, Duration.ofMillis(300));
  }

  /**
   * @param election long where nobody dies: a machine with much to do must not lose the leader
   */
  LocalGroup(Path directory, int members, long snapshotEvery, Duration election) {
    this.directory = directory;
    this.election = election;
    this.snapshotEvery = snapshotEvery;
    this.grids = new StateGrid[members];
    for (int i = 0; i < members; i++) {
      peers.add(new RaftSettings.Peer("m" + i, "127.0.0.1:" + freePort()));
    }
  }

  /** What is kept, and by which clock. */
  LocalGroup with(Duration historyAge, long historyRevisions, Timers clock) {
    limits = settings -> new Settings(settings.directory(), historyAge, historyRevisions);
    timers = clock;
    return this;
  }

  /**
   * Below those that the system gives to outgoing connections, or one of them may take it first.
   */
  static int freePort() {
    for (int tried = 0; tried < 100; tried++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // another one
      }
    }
    throw new IllegalStateException("no free port between 20,000 and 32,000");
  }

  LocalGroup startAll() {
    for (int i = 0; i < grids.length; i++) {
      start(i);
    }
    leader();
    return this;
  }

  RaftSettings settings(int member, boolean founding) {
    List<RaftSettings.Peer> others = new ArrayList<>(peers);
    others.remove(member);
    return new RaftSettings(
        group,
        peers.get(member),
        founding ? others : List.of(),
        founding,
        directory.resolve("m" + member).resolve("raft"),
        Optional.empty(),
        election,
        snapshotEvery,
        snapshotEvery / 4);
  }

  /** Of the first member, before there is another. */
  RaftSettings alone() {
    return new RaftSettings(
        group,
        peers.getFirst(),
        List.of(),
        true,
        directory.resolve("m0").resolve("raft"),
        Optional.empty(),
        election,
        snapshotEvery,
        snapshotEvery / 4);
  }

  void start(int member) {
    start(member, Optional.of(settings(member, true)));
  }

  void start(int member, Optional<RaftSettings> raft) {
    grids[member] =
        StateGrid.open(
            limits.apply(Settings.in(directory.resolve("m" + member))),
            raft,
            timers,
            Telemetry.NONE,
            () -> new ForgetfulGrid(1));
  }

  UUID id() {
    return group;
  }

  List<RaftSettings.Peer> peers() {
    return peers;
  }

  StateGrid grid(int member) {
    return grids[member];
  }

  void stop(int member) {
    grids[member].close();
    grids[member] = null;
  }

  /** Waits for a leader. */
  int leader() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> leading().isPresent());
    return leading().orElseThrow();
  }

  private Optional<Integer> leading() {
    for (int i = 0; i < grids.length; i++) {
      if (grids[i] != null
          && grids[i].group().flatMap(group -> group.node().leading()).isPresent()) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  int follower() {
    int leader = leader();
    for (int i = 0; i < grids.length; i++) {
      if (i != leader && grids[i] != null) {
        return i;
      }
    }
    throw new IllegalStateException("no follower runs");
  }

  /** The index of the oldest entry that a member's log still has. */
  long firstEntry(int member) {
    Path current = directory.resolve("m" + member + "/raft/" + group + "/current");
    try (Stream<Path> files = Files.list(current)) {
      return files
          .map(file -> SEGMENT.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(segment -> Long.parseLong(segment.group(1)))
          .min()
          .orElseThrow();
    } catch (IOException | UncheckedIOException purgedMeanwhile) {
      return 0;
    }
  }

  /** All at once: a member that goes down alone first makes the others elect. */
  @Override
  public void close() {
    List<Thread> closing = new ArrayList<>();
    for (StateGrid grid : grids) {
      if (grid != null) {
        closing.add(Thread.startVirtualThread(grid::close));
      }
    }
    for (Thread thread : closing) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
