package dev.ballast.stategrid.faults;

import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.stategrid.Settings;
import dev.ballast.stategrid.StateGrid;
import dev.ballast.stategrid.raft.RaftNode;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.raft.RaftUnavailableException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A member as a process of its own, which the fault test kills, stops and cuts off. Clients speak a
 * small protocol with it: one byte says what is asked.
 *
 * <p>Arguments: directory, group, own id, own address, port for clients, whether it founds or
 * {@value #ALONE}, then ID@ADDRESS of the others.
 */
final class FaultMember {

  static final byte GET = 1;
  static final byte PUT = 2;
  static final byte WATCH = 3;
  static final byte PEERS = 4;
  static final byte LEADER = 5;
  static final byte LOCAL = 6;
  static final byte COMPACT = 7;
  static final byte DELETE = 8;
  static final byte LIST = 9;
  static final byte FOUND = 10;

  static final byte OK = 1;
  static final byte CONFLICT = 2;
  static final byte NOTHING_DONE = 3;
  static final byte UNKNOWN = 4;
  static final byte GONE = 5;
  static final byte REMOVED = 6;

  /** In the place of whether a member founds: it has no group yet. */
  static final String ALONE = "alone";

  private final StateGrid grid;
  private final RaftSettings raft;
  private final ResourceStore store;

  private FaultMember(StateGrid grid, RaftSettings raft) {
    this.grid = grid;
    this.raft = raft;
    this.store = grid.store();
  }

  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    RaftSettings.Peer self = new RaftSettings.Peer(arguments[2], arguments[3]);
    List<RaftSettings.Peer> others = new ArrayList<>();
    for (int i = 6; i < arguments.length; i++) {
      String[] parts = arguments[i].split("@");
      others.add(new RaftSettings.Peer(parts[0], parts[1]));
    }
    boolean alone = arguments[5].equals(ALONE);
    RaftSettings raft =
        new RaftSettings(
            UUID.fromString(arguments[1]),
            self,
            others,
            alone || Boolean.parseBoolean(arguments[5]),
            directory.resolve("raft"),
            MemberKeys.read(directory.getParent().getParent()),
            Duration.ofMillis(1000),
            400,
            80);
    String host = self.address().substring(0, self.address().lastIndexOf(':'));
    try (ServerSocket clients =
        new ServerSocket(Integer.parseInt(arguments[4]), 100, InetAddress.getByName(host))) {
      StateGrid grid =
          StateGrid.open(
              new Settings(directory, Duration.ofHours(1), 1_000_000),
              alone ? Optional.empty() : Optional.of(raft),
              new MovedTimers(directory.resolveSibling("clock")),
              Telemetry.NONE);
      grid.onBroken(why -> Runtime.getRuntime().halt(3));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> handOver(grid)));
      System.out.println("up");
      System.out.flush();
      FaultMember member = new FaultMember(grid, raft);
      Thread.ofPlatform().daemon().start(() -> member.beat(self.id()));
      while (true) {
        Socket client = clients.accept();
        client.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> member.serve(client));
      }
    }
  }

  /** What the product does on SIGTERM. */
  private static void handOver(StateGrid grid) {
    grid.group().ifPresent(group -> group.node().handOver());
    grid.close();
  }

  /** Renews a lease, so that revisions which are in no log come in between. */
  private void beat(String id) {
    ObjectKey key = new ObjectKey(ResourceType.LEASES, "kube-node-lease", id);
    while (true) {
      try {
        Thread.sleep(500);
        Optional<Document> lease = store.get(key);
        byte[] json = document(id, Long.toString(System.nanoTime()));
        store.commit(
            lease.isEmpty()
                ? new Write.Create(key, json)
                : new Write.Replace(key, lease.get().revision(), "", json));
      } catch (StoreUnavailableException e) {
        // As an agent does: again, a little later.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      while (true) {
        switch (in.readByte()) {
          case GET -> get(store, in.readUTF(), out);
          case LOCAL -> local(in.readUTF(), out);
          case COMPACT -> compact(in.readLong(), out);
          case PUT -> put(in.readUTF(), in.readLong(), in.readUTF(), out);
          case DELETE -> delete(in.readUTF(), in.readLong(), in.readUTF(), out);
          case LIST -> list(out);
          case FOUND -> found(in.readLong(), in.readInt(), out);
          case WATCH -> watch(in.readLong(), out);
          case PEERS -> peers(in.readUTF(), out);
          case LEADER -> leader(out);
          default -> throw new IOException("no such request");
        }
        out.flush();
      }
    } catch (IOException | InterruptedException gone) {
      // The client went, which is its right.
    }
  }

  /** What is here, one and all, without asking anybody. */
  private void local(String name, DataOutputStream out) throws IOException {
    ResourceStore here = store.serializable();
    if (!(here.list(ListQuery.all(ResourceType.CONFIG_MAPS)) instanceof ListResult.Page)) {
      throw new IOException("a list of what is here was refused");
    }
    get(here, name, out);
  }

  private void compact(long revision, DataOutputStream out) throws IOException {
    grid.compact(revision);
    out.writeByte(OK);
    out.writeLong(revision);
  }

  private static void get(ResourceStore from, String name, DataOutputStream out)
      throws IOException {
    try {
      Optional<Document> found = from.get(key(name));
      out.writeByte(OK);
      out.writeLong(found.map(Document::revision).orElse(0L));
      out.writeUTF(found.map(FaultMember::value).orElse(""));
    } catch (StoreUnavailableException e) {
      out.writeByte(NOTHING_DONE);
    }
  }

  /**
   * @param expected 0 to create it
   */
  private void put(String name, long expected, String value, DataOutputStream out)
      throws IOException {
    byte[] json = document(name, value);
    Write write =
        expected == 0
            ? new Write.Create(key(name), json)
            : new Write.Replace(key(name), expected, "", json);
    commit(write, out);
  }

  /**
   * @param expected 0 for any
   * @param uid "" for any
   */
  private void delete(String name, long expected, String uid, DataOutputStream out)
      throws IOException {
    commit(new Write.Delete(key(name), expected, DeleteOptions.ofUid(uid)), out);
  }

  private void commit(Write write, DataOutputStream out) throws IOException {
    try {
      switch (store.commit(write)) {
        case CommitResult.Committed committed -> {
          out.writeByte(OK);
          out.writeLong(committed.revision());
        }
        case CommitResult.Conflict conflict -> {
          out.writeByte(CONFLICT);
          out.writeLong(conflict.actualRevision());
        }
        case CommitResult.AlreadyExists exists -> {
          out.writeByte(CONFLICT);
          out.writeLong(0);
        }
        case CommitResult.NotFound notFound -> {
          out.writeByte(CONFLICT);
          out.writeLong(-1);
        }
        case CommitResult.Unavailable unavailable -> out.writeByte(NOTHING_DONE);
        case CommitResult.Refused refused -> out.writeByte(NOTHING_DONE);
      }
    } catch (StoreUnavailableException e) {
      out.writeByte(UNKNOWN);
    }
  }

  /** All that is there, for one who asks as any client does. */
  private void list(DataOutputStream out) throws IOException {
    try {
      if (!(store.list(ListQuery.all(ResourceType.CONFIG_MAPS)) instanceof ListResult.Page page)) {
        throw new IOException("a list was refused");
      }
      out.writeByte(OK);
      out.writeInt(page.documents().size());
      for (Document document : page.documents()) {
        out.writeLong(document.revision());
        out.writeUTF(document.key().name());
        out.writeUTF(value(document));
      }
    } catch (StoreUnavailableException e) {
      out.writeByte(NOTHING_DONE);
    }
  }

  private static byte[] document(String name, String value) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    document.putObject("metadata").put("name", name).put("uid", Attempt.uid(value));
    document.putObject("data").put("value", value).put("filling", "x".repeat(1500));
    return Json.storable(document);
  }

  private static String value(Document document) {
    return document.tree().at("/data/value").asText();
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, "default", name);
  }

  /** Streams every change after a revision for as long as the client listens. */
  private void watch(long after, DataOutputStream out) throws IOException, InterruptedException {
    Semaphore signals = new Semaphore(0);
    try (Watch watch =
        store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", after), signals::release)) {
      while (true) {
        switch (watch.poll(100)) {
          case Watch.Poll.Events events -> {
            for (Watch.Event event : events.events()) {
              out.writeByte(event.change() == Watch.Change.DELETED ? REMOVED : OK);
              out.writeLong(event.document().revision());
              out.writeLong(event.previous().map(Document::revision).orElse(0L));
              out.writeUTF(event.document().key().name());
              out.writeUTF(value(event.document()));
            }
            if (!events.more()) {
              out.writeByte(CONFLICT);
              out.writeLong(events.revision());
              out.flush();
              if (signals.tryAcquire(500, TimeUnit.MILLISECONDS)) {
                signals.drainPermits();
              }
            }
          }
          case Watch.Poll.Expired expired -> {
            out.writeByte(GONE);
            return;
          }
          case Watch.Poll.Closed closed -> throw new IOException(closed.reason());
        }
      }
    }
  }

  /**
   * From alone to the first of a group.
   *
   * @param horizon up to which history is being let go meanwhile
   * @param millis after which the group begins
   */
  private void found(long horizon, int millis, DataOutputStream out)
      throws IOException, InterruptedException {
    Thread.ofPlatform().daemon().start(() -> grid.compact(horizon));
    Thread.sleep(millis);
    grid.replicate(raft);
    out.writeByte(OK);
  }

  private void peers(String text, DataOutputStream out) throws IOException {
    List<RaftSettings.Peer> peers = new ArrayList<>();
    for (String peer : text.split(",")) {
      peers.add(new RaftSettings.Peer(peer.split("@")[0], peer.split("@")[1]));
    }
    try {
      RaftNode node = grid.group().orElseThrow().node();
      node.setPeers(node.peers(), peers);
      out.writeByte(OK);
    } catch (RaftUnavailableException e) {
      System.err.println("peers did not change: " + e.getMessage());
      out.writeByte(UNKNOWN);
    }
  }

  private void leader(DataOutputStream out) throws IOException {
    out.writeByte(OK);
    out.writeBoolean(grid.group().map(group -> group.node().leading().isPresent()).orElse(true));
  }
}
