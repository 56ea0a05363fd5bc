package dev.ballast.api.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.client.tunnel.TunnelAgent;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.Write;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node's lease, renewed over its tunnel: over TLS, with everything real but the disk. */
class RenewalsTest {

  private static final String MADE = "2026-01-05T06:00:00.000000Z";
  private static final String LATER = "2026-01-05T06:00:10.123456Z";

  @TempDir Path directory;

  private StreamFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new StreamFixture(directory);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static ObjectKey key(String node) {
    return new ObjectKey(ResourceType.LEASES, "kube-node-lease", node);
  }

  private TunnelAgent agent(String node) {
    TunnelAgent agent = fixture.agent(node, new ScriptedNode());
    await().until(agent::isConnected);
    return agent;
  }

  private Document lease(String node, String holder) {
    ObjectNode lease =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata").put("name", node);
    metadata.put("namespace", "kube-node-lease").put("uid", "uid-of-" + node);
    // What looks like the time, but is none of the node's to write.
    metadata.putObject("annotations").put("renewTime", MADE);
    lease
        .putObject("spec")
        .put("holderIdentity", holder)
        .put("leaseDurationSeconds", 40)
        .put("renewTime", MADE);
    return committed(new Write.Create(key(node), Json.storable(lease)));
  }

  private Document committed(Write write) {
    return assertInstanceOf(CommitResult.Committed.class, fixture.store.commit(write))
        .documents()
        .getFirst();
  }

  private Document stored(String node) {
    return fixture.store.get(key(node)).orElseThrow();
  }

  /** What is stored must be this lease with another time, and a newer one. */
  private void assertRenewed(Document before, String time) {
    Document after = stored(before.key().name());
    ObjectNode expected = before.tree();
    expected.withObject("/metadata").put("resourceVersion", Long.toString(after.revision()));
    expected.withObject("/spec").put("renewTime", time);
    assertEquals(expected, after.tree());
    assertTrue(after.revision() > before.revision());
  }

  @Test
  void onlyTheTimeChanges() {
    TunnelAgent agent = agent("n1");
    Document before = lease("n1", "n1");
    assertTrue(agent.renew(LATER));
    assertRenewed(before, LATER);
    Document first = stored("n1");
    assertTrue(agent.renew("2026-01-05T06:00:20.000000Z"));
    assertRenewed(first, "2026-01-05T06:00:20.000000Z");
  }

  @Test
  void whatOthersWriteMeanwhileStays() {
    TunnelAgent agent = agent("n1");
    lease("n1", "n1");
    assertTrue(agent.renew(LATER));
    ObjectNode tree = stored("n1").tree();
    tree.withObject("/metadata").putObject("labels").put("team", "a");
    Document labelled =
        committed(new Write.Replace(key("n1"), stored("n1").revision(), "", Json.storable(tree)));
    assertTrue(agent.renew("2026-01-05T06:00:20.000000Z"));
    assertRenewed(labelled, "2026-01-05T06:00:20.000000Z");
  }

  @Test
  void aNodeRenewsItsOwnLeaseAndOneThatCannotDoesNotHinderOthers() {
    TunnelAgent one = agent("n1");
    TunnelAgent two = agent("n2");
    Document first = lease("n1", "n1");
    Document other = lease("n3", "n3");
    CompletableFuture<Boolean> refused =
        CompletableFuture.supplyAsync(() -> two.renew(LATER), Thread::startVirtualThread);
    assertTrue(one.renew(LATER));
    assertFalse(refused.join());
    assertRenewed(first, LATER);
    assertEquals(other, stored("n3"));
  }

  @Test
  void aLeaseThatIsNotThereIsItsNodesToMake() {
    TunnelAgent agent = agent("n1");
    assertFalse(agent.renew(LATER));
    Document before = lease("n1", "n1");
    assertTrue(agent.renew(LATER));
    assertRenewed(before, LATER);
    committed(new Write.Delete(key("n1"), 0, DeleteOptions.DEFAULTS));
    assertFalse(agent.renew(LATER));
    assertTrue(fixture.store.get(key("n1")).isEmpty());
  }

  @Test
  void aLeaseThatAnotherHoldsIsLeftAlone() {
    TunnelAgent agent = agent("n1");
    Document before = lease("n1", "somebody");
    assertFalse(agent.renew(LATER));
    assertEquals(before, stored("n1"));
  }

  @Test
  void aNodeThatIsGoneRenewsNothing() {
    TunnelAgent agent = agent("n1");
    Document before = lease("n1", "n1");
    committed(
        new Write.Delete(ObjectKey.cluster(ResourceType.NODES, "n1"), 0, DeleteOptions.DEFAULTS));
    assertFalse(agent.renew(LATER));
    assertEquals(before, stored("n1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-02-30T06:00:10.123456Z",
        "2026-01-05T06:00:10.123Z",
        "2026-01-05T06:00:10.123456\"",
        "+2026-01-05T06:00:10.12345Z",
        "2026-01-05T24:00:00.000000Z"
      })
  void whatIsNoTimeIsNotWritten(String time) {
    TunnelAgent agent = agent("n1");
    Document before = lease("n1", "n1");
    assertFalse(agent.renew(time));
    assertEquals(before, stored("n1"));
  }

  @Test
  void aLostTunnelRenewsNothing() throws Exception {
    TunnelAgent agent = agent("n1");
    Document before = lease("n1", "n1");
    agent.close();
    await().until(() -> !agent.isConnected());
    assertFalse(agent.renew(LATER));
    assertEquals(before, stored("n1"));
  }
}
