package dev.ballast.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.bench.wire.Wire;
import dev.ballast.bench.wire.Wires;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes' heartbeats. In the background of other measures many go in one commit, so that the
 * clients of ten thousand agents do not take this machine; measured they are one request each, or
 * go over the nodes' tunnels, once those are open.
 */
final class Renewals implements AutoCloseable {

  private static final String VERSION = "\"resourceVersion\":\"";
  private static final int IN_ONE = 500;
  private static final String COMMITS = "/apis/ballast.dev/v1/commits";
  private static final String LEASES =
      "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/";

  private final Wires wires;
  private final int nodes;
  private final List<String> revisions = new ArrayList<>();
  private volatile boolean paused;
  private volatile NodeTunnels tunnels;
  private Thread thread;

  Renewals(Wires wires, int nodes) {
    this.wires = wires;
    this.nodes = nodes;
  }

  /** Makes every lease, then renews each every ten seconds. */
  void begin() throws IOException {
    for (int i = 0; i < nodes; i++) {
      revisions.add("");
    }
    for (int from = 0; from < nodes; from += IN_ONE) {
      commit(from);
    }
    thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try {
      while (true) {
        for (int from = 0; from < nodes; from += IN_ONE) {
          if (tunnels != null) {
            tell(from);
          } else if (!paused) {
            commit(from);
          }
          Thread.sleep(10_000L * IN_ONE / Math.max(IN_ONE, nodes));
        }
      }
    } catch (InterruptedException over) {
      return;
    } catch (IOException e) {
      System.err.println("the renewals ended: " + e.getMessage());
    }
  }

  /** While others are measured that must not be disturbed; at most the grace period. */
  void pause(boolean now) {
    paused = now;
  }

  /** From now on they go this way. */
  void over(NodeTunnels opened) {
    tunnels = opened;
  }

  private void tell(int from) throws IOException {
    for (int i = from; i < Math.min(nodes, from + IN_ONE) && !paused; i++) {
      tunnels.renew(i);
    }
  }

  private void commit(int from) throws IOException {
    ObjectNode body = Json.object();
    ArrayNode writes = body.putArray("writes");
    int to = Math.min(nodes, from + IN_ONE);
    for (int i = from; i < to; i++) {
      String revision = revisions.get(i);
      ObjectNode write = writes.addObject().putObject(revision.isEmpty() ? "create" : "replace");
      write
          .putObject("key")
          .put("group", "coordination.k8s.io")
          .put("resource", "leases")
          .put("namespace", "kube-node-lease")
          .put("name", Population.node(i));
      if (!revision.isEmpty()) {
        write.put("expectedRevision", Long.parseLong(revision)).put("subresource", "");
      }
      write.set("object", lease(i, ""));
    }
    JsonNode answer = Json.parse(wires.done("POST", COMMITS, Wire.JSON, Json.bytes(body)));
    for (int i = from; i < to; i++) {
      revisions.set(i, answer.path("revision").asText());
    }
  }

  private static ObjectNode lease(int node, String revision) {
    ObjectNode lease = Json.object();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata");
    metadata.put("name", Population.node(node)).put("namespace", "kube-node-lease");
    if (!revision.isEmpty()) {
      metadata.put("resourceVersion", revision);
    }
    lease
        .putObject("spec")
        .put("holderIdentity", Population.node(node))
        .put("leaseDurationSeconds", 40)
        .put("renewTime", NodeTunnels.renewTime());
    return lease;
  }

  /** One node's renewal as its agent does it: the whole lease, at the version it knows. */
  void renew(int node) throws IOException {
    byte[] answer =
        wires.done(
            "PUT",
            LEASES + Population.node(node),
            Wire.JSON,
            Json.bytes(lease(node, revisions.get(node))));
    revisions.set(node, revision(answer));
  }

  /** Without parsing: stored objects begin their metadata with it. */
  private static String revision(byte[] object) {
    String text = new String(object, StandardCharsets.ISO_8859_1);
    int from = text.indexOf(VERSION) + VERSION.length();
    return text.substring(from, text.indexOf('"', from));
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
