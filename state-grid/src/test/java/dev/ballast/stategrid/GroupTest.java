package dev.ballast.stategrid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Watch;
import dev.ballast.core.store.WatchQuery;
import dev.ballast.core.store.Write;
import dev.ballast.stategrid.log.LogException;
import dev.ballast.stategrid.raft.RaftNode;
import dev.ballast.stategrid.raft.RaftSettings;
import dev.ballast.stategrid.raft.RaftUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several members in one process: joining, falling behind, changing leaders. */
class GroupTest {

  /** With images after a hundred entries and segments of 256 KB, the log's beginning goes. */
  private static final int WRITES = 130;

  private static final int SIZE = 10_000;

  @TempDir Path directory;

  /** Ratis leaves the file empty when the disk is full. */
  @Test
  void aMemberThatLostItsVotesGoesOn() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 3, 10_000).startAll()) {
      commit(group.grid(group.leader()).store(), "before");
      int member = group.follower();
      group.stop(member);
      RaftSettings settings = group.settings(member, true);
      Path votes =
          settings.directory().resolve(settings.group().toString()).resolve("current/raft-meta");
      assertTrue(Files.size(votes) > 0);
      Files.write(votes, new byte[0]);
      group.start(member);
      commit(group.grid(member).store(), "after");
      assertEquals(List.of("after", "before"), names(group.grid(member).store()));
    }
  }

  @Test
  void aMemberAloneBecomesTheFirstOfAGroup() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 2, 10_000)) {
      group.start(0, Optional.empty());
      ResourceStore first = group.grid(0).store();
      long before = commit(first, "before");
      RaftSettings alone = group.alone();
      assertTrue(readsWhile(first, () -> group.grid(0).replicate(alone)) > 20);
      assertTrue(commit(first, "between") > before);
      group.start(1, Optional.of(group.settings(1, false)));
      group
          .grid(0)
          .group()
          .orElseThrow()
          .node()
          .setPeers(List.of(group.peers().get(0)), group.peers());
      ResourceStore second = group.grid(1).store();
      assertEquals(List.of("before", "between"), names(second));
      commit(second, "after");
      assertEquals(List.of("after", "before", "between"), names(first));
      group.stop(0);
      group.start(0, Optional.of(alone));
      assertEquals(List.of("after", "before", "between"), names(group.grid(0).store()));
    }
  }

  /** The leader's image is what lets the one that is behind agree to anything. */
  @Test
  void aMajorityIsOneAlsoWhenHalfOfItIsFarBehind() {
    try (LocalGroup group = new LocalGroup(directory, 3, 100).startAll()) {
      int behind = group.follower();
      group.stop(behind);
      int leader = group.leader();
      ResourceStore store = group.grid(leader).store();
      for (int i = 0; i < WRITES; i++) {
        commit(store, "n" + i, SIZE);
      }
      int left = 3 - behind - leader;
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> names(group.grid(left).store()).size() == WRITES);
      group.stop(leader);
      group.start(behind);
      for (int member : List.of(left, behind)) {
        ResourceStore here = group.grid(member).store();
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> here.commit(create("m" + member, 1)) instanceof CommitResult.Committed);
      }
      assertEquals(WRITES + 2, names(group.grid(behind).store()).size());
    }
  }

  @Test
  void aWatchGoesOnOverTheChangeOfLeaders() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 3, 10_000).startAll()) {
      int leader = group.leader();
      int other = group.follower();
      ResourceStore store = group.grid(other).store();
      List<String> seen = new ArrayList<>();
      try (Watch watch =
          store.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", store.revision()), () -> {})) {
        commit(store, "a");
        group.stop(leader);
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .ignoreExceptions()
            .until(() -> store.commit(create("b", 1)) instanceof CommitResult.Committed);
        Awaitility.await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () -> {
                  var events = assertInstanceOf(Watch.Poll.Events.class, watch.poll(10));
                  events.events().forEach(event -> seen.add(event.document().key().name()));
                  return seen.size() >= 2;
                });
      }
      assertEquals(List.of("a", "b"), seen);
    }
  }

  @Test
  void withoutAMajorityOldReadsGoOnAndTheRestIsRefused() {
    try (LocalGroup group = new LocalGroup(directory, 3, 10_000).startAll()) {
      int left = group.leader();
      ResourceStore store = group.grid(left).store();
      commit(store, "a");
      for (int member = 0; member < 3; member++) {
        if (member != left) {
          group.stop(member);
        }
      }
      assertTrue(store.serializable().get(key("a")).isPresent());
      CompletableFuture<Boolean> read =
          CompletableFuture.supplyAsync(
              () -> store.get(key("a")).isPresent(),
              task -> Thread.ofPlatform().daemon().start(task));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> store.commit(create("b", 1)) instanceof CommitResult.Unavailable);
      ExecutionException refused = assertThrows(ExecutionException.class, read::get);
      assertInstanceOf(StoreUnavailableException.class, refused.getCause());
    }
  }

  /** What the leader gave out to volatile objects in between has not come to a follower. */
  @Test
  void aHorizonBeyondWhatAFollowerShowsTakesItThere() {
    try (LocalGroup group =
        new LocalGroup(directory, 3, 10_000, Duration.ofSeconds(2)).startAll()) {
      StateGrid leader = group.grid(group.leader());
      ResourceStore follower = group.grid(group.follower()).store();
      long first = commit(follower, "a");
      commit(follower, "b");
      long lease = renewed(leader.store(), 20);
      assertTrue(follower.serializable().revision() < lease - 5);
      leader.compact(lease - 5);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                assertEquals(List.of("a", "b"), names(follower.serializable()));
                return follower.serializable().revision() >= lease - 5;
              });
      for (int member = 0; member < 3; member++) {
        ResourceStore here = group.grid(member).store();
        here.revision();
        assertInstanceOf(
            ListResult.Expired.class, here.list(ListQuery.all(ResourceType.CONFIG_MAPS).at(first)));
        try (Watch watch =
            here.watch(new WatchQuery(ResourceType.CONFIG_MAPS, "", first), () -> {})) {
          assertInstanceOf(Watch.Poll.Expired.class, watch.poll(1), "410 on every member alike");
        }
      }
    }
  }

  /** They went with their leader: whoever goes on from before must be told to list anew. */
  @Test
  void listsAndWatchesOfLeasesDoNotGoOnOverAChangeOfLeaders() {
    try (LocalGroup group = new LocalGroup(directory, 3, 10_000).startAll()) {
      int old = group.leader();
      int other = group.follower();
      ResourceStore store = group.grid(other).store();
      long begun = renewed(group.grid(old).store(), 3);
      group.stop(old);
      ListQuery all = ListQuery.in(ResourceType.LEASES, "kube-node-lease");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> store.list(all) instanceof ListResult.Page page && page.revision() > begun);
      for (int member = 0; member < 3; member++) {
        if (member != old) {
          ResourceStore here = group.grid(member).store();
          assertInstanceOf(ListResult.Expired.class, here.list(all.at(begun)));
          try (Watch watch =
              here.watch(new WatchQuery(ResourceType.LEASES, "kube-node-lease", begun), () -> {})) {
            Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> watch.poll(10) instanceof Watch.Poll.Expired);
          }
        }
      }
    }
  }

  /** Two that decide at the same time, each from what it knew. */
  @Test
  void aChangeOfTheGroupIsRefusedWhenSomebodyElseHasMadeOne() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 3, 10_000).startAll()) {
      RaftNode leader = group.grid(group.leader()).group().orElseThrow().node();
      List<RaftSettings.Peer> known = leader.peers();
      List<RaftSettings.Peer> two = new ArrayList<>(known);
      two.removeIf(peer -> peer.id().equals("m" + group.follower()));
      leader.setPeers(known, two);
      List<RaftSettings.Peer> alone = List.of(leader.self());
      assertThrows(RaftUnavailableException.class, () -> leader.setPeers(known, alone));
      assertEquals(Set.copyOf(two), Set.copyOf(leader.peers()));
    }
  }

  /**
   * Without its log it would begin a group of its own, or vote as if it never had; without its
   * image nothing would ever come to it of what it lost.
   */
  @Test
  void aMemberThatLostHalfOfItsFilesDoesNotStart() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 3, 100).startAll()) {
      int member = group.follower();
      RaftSettings settings = group.settings(member, true);
      Path raft = settings.directory();
      Path current = raft.resolve(settings.group().toString()).resolve("current");
      ResourceStore store = group.grid(member).store();
      for (int i = 0; i < WRITES; i++) {
        commit(store, "n" + i, SIZE);
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> purged(current));
      group.stop(member);

      Path aside = raft.resolveSibling("aside");
      Files.move(raft, aside);
      LogException refused = assertThrows(LogException.class, () -> group.start(member));
      assertTrue(refused.getMessage().contains("the log is gone"), refused.getMessage());
      delete(raft);
      Files.move(aside, raft);

      for (String file : List.of("state.db", "state.db-wal", "state.db-shm")) {
        Files.deleteIfExists(raft.resolveSibling(file));
      }
      refused = assertThrows(LogException.class, () -> group.start(member));
      assertTrue(refused.getMessage().contains("the state that belongs"), refused.getMessage());

      // As when it was killed between fetching an image and taking it over.
      group.grid(group.leader()).copyTo(raft.resolve("fetched-3.db"));
      group.start(member);
      assertEquals(WRITES, names(group.grid(member).store()).size());
      assertFalse(Files.exists(raft.resolve("fetched-3.db")));
    }
  }

  /** What was there before the first join is in no log, however much of that there still is. */
  @Test
  void theFirstMemberDoesNotStartWithoutItsStateEither() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 2, 10_000)) {
      group.start(0, Optional.empty());
      commit(group.grid(0).store(), "before");
      group.grid(0).replicate(group.alone());
      group.start(1, Optional.of(group.settings(1, false)));
      group
          .grid(0)
          .group()
          .orElseThrow()
          .node()
          .setPeers(List.of(group.peers().getFirst()), group.peers());
      commit(group.grid(1).store(), "after");
      group.stop(0);
      for (String file : List.of("state.db", "state.db-wal", "state.db-shm")) {
        Files.deleteIfExists(directory.resolve("m0").resolve(file));
      }
      for (int attempt = 0; attempt < 2; attempt++) {
        LogException refused =
            assertThrows(
                LogException.class, () -> group.start(0, Optional.of(group.alone())), "again, too");
        assertTrue(refused.getMessage().contains("the state that belongs"), refused.getMessage());
      }
    }
  }

  /** The leader's log begins right behind its image then, and nobody has the entry before. */
  @Test
  void aMemberThatWentBeforeALeaderChangeComesAfter() {
    try (LocalGroup group = new LocalGroup(directory, 3, 100).startAll()) {
      int away = group.follower();
      long newest = commit(group.grid(group.leader()).store(), "before");
      Awaitility.await().until(() -> applied(group, away) == applied(group, group.leader()));
      long end = applied(group, away);
      group.stop(away);
      int old = group.leader();
      group.grid(old).group().orElseThrow().node().handOver();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> group.leader() != old);
      ResourceStore store = group.grid(group.leader()).store();
      for (int i = 0; i < WRITES; i++) {
        newest = commit(store, "n" + i);
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> group.firstEntry(group.leader()) == end + 1);
      group.start(away);
      ResourceStore late = group.grid(away).store();
      long all = newest;
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(() -> late.revision() >= all);
    }
  }

  private static long applied(LocalGroup group, int member) {
    return group.grid(member).group().orElseThrow().node().applied();
  }

  /** A few large entries fill a disk as many small ones do. */
  @Test
  void theLogGoesByItsSizeToo() throws Exception {
    try (LocalGroup group = new LocalGroup(directory, 1, 999).startAll()) {
      RaftSettings settings = group.settings(0, true);
      Path current = settings.directory().resolve(settings.group().toString()).resolve("current");
      ResourceStore store = group.grid(0).store();
      for (int i = 0; i < 60; i++) {
        commit(store, "n" + i, 200_000);
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> bytes(current) < 5_000_000);
      assertTrue(bytes(current) > 2_000_000, "some stays");
      group.stop(0);
      group.start(0);
      group.leader();
      assertEquals(60, names(group.grid(0).store()).size());
      commit(group.grid(0).store(), "last");
      group.stop(0);
      assertTrue(bytes(current) > 2_000_000, "a restart is no reason to let more go");
    }
  }

  private static long bytes(Path current) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(current)) {
      for (Path file :
          files.filter(one -> one.getFileName().toString().contains("log_")).toList()) {
        bytes += Files.exists(file) ? file.toFile().length() : 0;
      }
    }
    return bytes;
  }

  private static boolean purged(Path current) throws IOException {
    try (Stream<Path> files = Files.list(current)) {
      return files
          .map(file -> file.getFileName().toString())
          .noneMatch(name -> name.matches("log_(inprogress_)?0.*"));
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Renews a lease, which takes revisions and is in no log. */
  private static long renewed(ResourceStore store, int times) {
    ObjectKey lease = new ObjectKey(ResourceType.LEASES, "kube-node-lease", "n");
    var document = Json.object().put("apiVersion", "coordination.k8s.io/v1");
    document.put("kind", "Lease").putObject("metadata").put("name", "n");
    byte[] json = Json.storable(document);
    long revision = committed(store, new Write.Create(lease, json));
    for (int i = 0; i < times; i++) {
      revision = committed(store, new Write.Replace(lease, revision, "", json));
    }
    return revision;
  }

  @Test
  void aMembersImageIsNoStoreOfItsOwn() {
    try (LocalGroup group = new LocalGroup(directory, 2, 10_000).startAll()) {
      group.stop(0);
      LogException refused =
          assertThrows(LogException.class, () -> group.start(0, Optional.empty()));
      assertTrue(refused.getMessage().contains("member of a group"), refused.getMessage());
    }
  }

  /** How many reads were answered, one after the other, while something went on. */
  private static int readsWhile(ResourceStore store, Runnable change) throws Exception {
    CompletableFuture<Void> changed =
        CompletableFuture.runAsync(change, task -> Thread.ofPlatform().daemon().start(task));
    int reads = 0;
    while (!changed.isDone()) {
      assertEquals(List.of("before"), names(store));
      reads++;
    }
    changed.get();
    return reads;
  }

  private static List<String> names(ResourceStore store) {
    return assertInstanceOf(
            ListResult.Page.class, store.list(ListQuery.all(ResourceType.CONFIG_MAPS)))
        .documents()
        .stream()
        .map(document -> document.key().name())
        .toList();
  }

  static long commit(ResourceStore store, String name) {
    return commit(store, name, 1);
  }

  private static long commit(ResourceStore store, String name, int size) {
    return committed(store, create(name, size));
  }

  private static long committed(ResourceStore store, Write write) {
    return assertInstanceOf(CommitResult.Committed.class, store.commit(write)).revision();
  }

  static Write create(String name, int size) {
    var document = Json.object();
    document.put("apiVersion", "v1").put("kind", "ConfigMap");
    document.putObject("metadata").put("name", name);
    document.putObject("data").put("x", "y".repeat(size));
    return new Write.Create(key(name), Json.storable(document));
  }

  static ObjectKey key(String name) {
    return new ObjectKey(ResourceType.CONFIG_MAPS, "default", name);
  }
}
