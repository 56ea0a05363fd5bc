package dev.ballast.api.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.api.Figures;
import dev.ballast.core.identity.User;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DelegatingStore;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many nodes in one batch: what one of them does, or a fail-over, costs the others little. */
class RenewalBatchTest {

  private static final String MADE = "2026-01-05T06:00:00.000000Z";
  private static final int NODES = 300;

  private final HandTimers timers = new HandTimers();
  private final InMemoryResourceStore stored = new InMemoryResourceStore();
  private final Distant store = new Distant();
  private final Renewals renewals =
      new Renewals(store, (name, uid) -> true, timers, Telemetry.NONE);
  private final Set<String> renewed = new TreeSet<>();
  private final Set<String> refused = new TreeSet<>();

  /** On another member: each read takes its time. */
  private final class Distant extends DelegatingStore {
    private int reads;
    private int commits;
    private Runnable beforeCommit = () -> {};

    Distant() {
      super(stored);
    }

    @Override
    public CommitResult commit(List<Write> writes) {
      commits++;
      beforeCommit.run();
      return super.commit(writes);
    }

    @Override
    public Optional<Document> get(ObjectKey key) {
      reads++;
      timers.pass(Duration.ofMillis(5));
      return super.get(key);
    }
  }

  private record Node(String node, boolean gone, Set<String> renewedOnes, Set<String> refusedOnes)
      implements Renewals.Asking {
    @Override
    public String uid() {
      return "uid";
    }

    @Override
    public void onLoop(Runnable task) {
      task.run();
    }

    @Override
    public void renewed(String time, boolean done) {
      (done ? renewedOnes : refusedOnes).add(node);
    }
  }

  private static List<String> nodes(int count) {
    return IntStream.range(0, count).mapToObj("n%03d"::formatted).toList();
  }

  private static String at(int seconds) {
    return "2026-01-05T06:00:%02d.000000Z".formatted(seconds);
  }

  private void ask(List<String> nodes, String time) {
    renewed.clear();
    refused.clear();
    store.reads = 0;
    store.commits = 0;
    nodes.forEach(node -> renewals.ask(new Node(node, false, renewed, refused), time));
  }

  private void renew(List<String> nodes, String time) {
    ask(nodes, time);
    timers.round();
  }

  private void make(String node) {
    ObjectNode lease =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", node).put("namespace", "kube-node-lease");
    lease.putObject("spec").put("holderIdentity", node).put("renewTime", MADE);
    assertCommitted(new Write.Create(StoredLease.key(node), Json.storable(lease)));
  }

  /** As the node does it over the API. */
  private void put(String node, String time) {
    Document before = stored.get(StoredLease.key(node)).orElseThrow();
    ObjectNode lease = before.tree();
    lease.withObject("/spec").put("renewTime", time);
    assertCommitted(new Write.Replace(before.key(), before.revision(), "", Json.storable(lease)));
  }

  private void assertCommitted(Write write) {
    assertInstanceOf(CommitResult.Committed.class, stored.commit(write));
  }

  private String time(String node) {
    return stored.get(StoredLease.key(node)).orElseThrow().tree().at("/spec/renewTime").asText();
  }

  /** All of them there and known. */
  private List<String> known(int count) {
    List<String> nodes = nodes(count);
    nodes.forEach(this::make);
    for (int second = 1; renewed.size() < count; second++) {
      renew(nodes, at(second));
    }
    return nodes;
  }

  @Test
  void whatIsKnownIsNotRead() {
    renew(known(NODES), at(30));
    assertEquals(NODES, renewed.size());
    assertEquals(0, store.reads);
    assertEquals(1, store.commits);
  }

  @Test
  void ofOneThatChangedOnlyThatIsRead() {
    List<String> nodes = known(NODES);
    put("n007", at(20));
    renew(nodes, at(30));
    assertEquals(NODES, renewed.size());
    assertEquals(1, store.reads);
    assertEquals(2, store.commits);
  }

  /** It has its lease for itself, then. */
  @Test
  void oneThatChangesAllTheTimeIsLeftOut() {
    List<String> nodes = known(NODES);
    int[] seconds = {20};
    store.beforeCommit = () -> put("n007", at(seconds[0]++));
    renew(nodes, at(40));
    assertEquals(Set.of("n007"), refused);
    assertEquals(NODES - 1, renewed.size());
    assertEquals(1, store.reads);
    assertEquals(3, store.commits);
  }

  @Test
  void oneThatWasDeletedIsLeftOut() {
    List<String> nodes = known(NODES);
    assertCommitted(new Write.Delete(StoredLease.key("n007"), 0, DeleteOptions.DEFAULTS));
    renew(nodes, at(30));
    assertEquals(Set.of("n007"), refused);
    assertEquals(NODES - 1, renewed.size());
    assertEquals(0, store.reads);
  }

  /** A commit that takes long makes no more commits of it. */
  @Test
  void whatComesDuringACommitWaitsForMore() {
    List<String> nodes = known(NODES);
    ask(nodes.subList(0, 200), at(30));
    store.beforeCommit =
        () -> renewals.ask(new Node("n2" + (50 + store.commits), false, renewed, refused), at(31));
    timers.round();
    assertEquals(1, store.commits);
    store.beforeCommit = () -> {};
    timers.round();
    assertEquals(2, store.commits);
    assertEquals(201, renewed.size());
  }

  /** Its tunnel was lost while its lease was read. */
  @Test
  void nothingIsKeptOfWhoIsGone() {
    make("n000");
    renewals.ask(new Node("n000", true, renewed, refused), at(1));
    timers.round();
    renew(List.of("n000"), at(2));
    assertEquals(1, store.reads);
    renew(List.of("n000"), at(3));
    assertEquals(0, store.reads);
  }

  /** No lease is left; their nodes make them anew, and after that all is as it was. */
  @Test
  void afterAFailOverAllAreRefusedSoonAndLearntInTime() {
    List<String> nodes = known(NODES);
    for (String node : nodes) {
      assertCommitted(new Write.Delete(StoredLease.key(node), 0, DeleteOptions.DEFAULTS));
    }
    renew(nodes, at(30));
    assertEquals(NODES, refused.size());
    assertEquals(0, store.reads);
    assertEquals(8, store.commits);
    nodes.forEach(this::make);
    renew(nodes, at(31));
    assertEquals(200, store.reads, "a second of 5 ms each");
    assertEquals(200, renewed.size());
    assertEquals(100, refused.size());
    assertEquals(1, store.commits);
    renew(nodes, at(32));
    assertEquals(Set.of(), refused);
    assertEquals(100, store.reads);
  }

  /** Whoever asked has written the lease itself meanwhile. */
  @Test
  void whatIsAskedTooLongAgoIsNotWritten() {
    List<String> nodes = known(1);
    String before = time("n000");
    ask(nodes, at(30));
    timers.pass(Duration.ofSeconds(5));
    timers.round();
    assertEquals(Set.of("n000"), refused);
    assertEquals(before, time("n000"));
  }

  @Test
  void aTimeIsNotSetBack() {
    List<String> nodes = known(1);
    store.beforeCommit =
        () -> {
          store.beforeCommit = () -> {};
          put("n000", at(40));
        };
    renew(nodes, at(30));
    assertEquals(Set.of("n000"), refused);
    assertEquals(at(40), time("n000"));
  }

  /** Its node writes what it thinks right, and goes on from there. */
  @Test
  void aClockThatWasSetBackIsRefusedOnce() {
    List<String> nodes = known(1);
    renew(nodes, at(50));
    renew(nodes, at(20));
    assertEquals(Set.of("n000"), refused);
    put("n000", at(20));
    renew(nodes, at(30));
    assertEquals(Set.of("n000"), renewed);
  }

  @Test
  void nonsenseIsCounted() {
    Figures figures = new Figures();
    Tunnel tunnel =
        new Tunnel(User.ofNode("n1", "u"), null, null, renewals, timers, figures, lost -> {});
    tunnel.told("x".repeat(1000));
    tunnel.told("no JSON");
    tunnel.told("{}");
    assertEquals(Map.of("ballast_tunnel_unreadable_words_total[]", 2.0), figures.counts);
  }
}
