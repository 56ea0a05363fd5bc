package dev.ballast.bench.bind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.app.Connection;
import dev.ballast.bench.wire.Wire;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Nodes that are only registered: Node objects and their leases, renewed over REST, with no agent
 * behind them. Sizes are those of kube-scheduler's benchmark.
 */
final class NodeObjects implements AutoCloseable {

  private static final String NODES = "/api/v1/nodes";
  private static final String LEASES =
      "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  private static final String JSON = "application/json";
  private static final long ROUND_MILLIS = 20_000;
  private static final int HEARTS = 4;

  private final Connection connection;
  private final int count;
  private volatile boolean closed;

  private NodeObjects(Connection connection, int count) {
    this.connection = connection;
    this.count = count;
  }

  static NodeObjects register(Connection connection, int count, int connections)
      throws InterruptedException {
    NodeObjects nodes = new NodeObjects(connection, count);
    Crowd.run(
        connection,
        connections,
        count,
        (wire, i) -> {
          Crowd.expect(201, wire.send("POST", NODES, JSON, Json.bytes(node(i))));
          Crowd.expect(201, wire.send("POST", LEASES, JSON, Json.bytes(lease(i))));
        });
    for (int part = 0; part < HEARTS; part++) {
      int first = part;
      Thread.ofPlatform().daemon().name("heartbeats " + part).start(() -> nodes.renew(first));
    }
    return nodes;
  }

  /** Every so manieth node, each in its turn; a late round is followed by the next at once. */
  private void renew(int first) {
    try (Wire wire = new Wire(connection)) {
      while (!closed) {
        long began = System.nanoTime();
        for (int i = first; i < count && !closed; i += HEARTS) {
          byte[] patch =
              Json.bytes(Json.object().set("spec", Json.object().put("renewTime", now())));
          wire.send("PATCH", LEASES + "/node-" + i, "application/merge-patch+json", patch);
          long due = began + (long) (i * (ROUND_MILLIS * 1e6 / count));
          Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
        }
      }
    } catch (IOException | InterruptedException e) {
      if (!closed) {
        System.err.println("heartbeats ended: " + e);
      }
    }
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
  }

  private static ObjectNode node(int i) {
    ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
    node.putObject("metadata")
        .put("name", "node-" + i)
        .putObject("labels")
        .put("kubernetes.io/hostname", "node-" + i)
        .put("topology.kubernetes.io/zone", "zone-" + i % 3);
    ObjectNode status = node.putObject("status");
    for (String field : new String[] {"capacity", "allocatable"}) {
      status.putObject(field).put("cpu", "4").put("memory", "32Gi").put("pods", "110");
    }
    ObjectNode ready = status.putArray("conditions").addObject();
    ready.put("type", "Ready").put("status", "True").put("reason", "Bench");
    ready.put("lastHeartbeatTime", seconds()).put("lastTransitionTime", seconds());
    return node;
  }

  private static String seconds() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static ObjectNode lease(int i) {
    ObjectNode lease =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", "node-" + i).put("namespace", "kube-node-lease");
    lease
        .putObject("spec")
        .put("holderIdentity", "node-" + i)
        .put("leaseDurationSeconds", 40)
        .put("renewTime", now());
    return lease;
  }

  @Override
  public void close() {
    closed = true;
  }
}
