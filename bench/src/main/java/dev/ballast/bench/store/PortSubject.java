package dev.ballast.bench.store;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.raft.RaftSettings.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Our store through its port, in this process: one member, or several over loopback without TLS, as
 * etcd's run. Clients are spread over the members. Every write is a compare-and-set.
 */
final class PortSubject implements Subject {

  private static final long ELECTION_MILLIS = 30_000;

  private final BenchTimers timers = new BenchTimers();
  private final List<StateGrid> grids = new ArrayList<>();

  PortSubject(Path directory, int members) throws IOException, InterruptedException {
    List<Optional<RaftSettings>> rafts =
        members == 1 ? List.of(Optional.empty()) : group(directory, members);
    for (int i = 0; i < members; i++) {
      grids.add(
          StateGrid.open(
              Settings.in(directory.resolve("m" + i)), rafts.get(i), timers, Telemetry.NONE));
    }
    if (members > 1) {
      awaitLeader();
    }
  }

  private static List<Optional<RaftSettings>> group(Path directory, int members)
      throws IOException {
    UUID group = UUID.randomUUID();
    List<Peer> peers = new ArrayList<>();
    for (int port : FreePorts.take(members)) {
      peers.add(new Peer("m" + peers.size(), "127.0.0.1:" + port));
    }
    List<Optional<RaftSettings>> settings = new ArrayList<>();
    for (Peer self : peers) {
      RaftSettings alone =
          RaftSettings.of(
              group, self, true, directory.resolve(self.id()).resolve("raft"), Optional.empty());
      settings.add(
          Optional.of(
              new RaftSettings(
                  group,
                  self,
                  peers.stream().filter(one -> one != self).toList(),
                  true,
                  alone.directory(),
                  alone.tls(),
                  alone.election(),
                  alone.snapshotEvery(),
                  alone.keptEntries())));
    }
    return settings;
  }

  private void awaitLeader() throws InterruptedException {
    long began = System.nanoTime();
    while (grids.stream().noneMatch(PortSubject::leads)) {
      if ((System.nanoTime() - began) / 1_000_000 > ELECTION_MILLIS) {
        throw new IllegalStateException("no member leads after 30 s");
      }
      Thread.sleep(50);
    }
  }

  private static boolean leads(StateGrid grid) {
    return grid.group().flatMap(group -> group.node().leading()).isPresent();
  }

  @Override
  public String name() {
    return "ballast-port";
  }

  @Override
  public int members() {
    return grids.size();
  }

  @Override
  public Client client(int number) {
    ResourceStore store = grids.get(number % grids.size()).store();
    Map<String, Long> revisions = new HashMap<>();
    return (name, filling) -> {
      ObjectKey key = new ObjectKey(ResourceType.CONFIG_MAPS, Documents.NAMESPACE, name);
      byte[] json = Documents.configMap(name, filling);
      Long revision =
          revisions.computeIfAbsent(
              name, absent -> store.get(key).map(document -> document.revision()).orElse(0L));
      CommitResult result =
          store.commit(
              revision == 0
                  ? new Write.Create(key, json)
                  : new Write.Replace(key, revision, "", json));
      if (!(result instanceof CommitResult.Committed committed)) {
        throw new IllegalStateException("a write of its own key was refused: " + result);
      }
      revisions.put(name, committed.revision());
    };
  }

  @Override
  public void close() {
    List<Thread> closing =
        grids.stream().map(grid -> Thread.startVirtualThread(grid::close)).toList();
    for (Thread thread : closing) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    timers.close();
  }
}
