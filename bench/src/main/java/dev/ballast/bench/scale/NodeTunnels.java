package dev.ballast.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.app.Connection;
import dev.ballast.bench.wire.WebSocketWire;
import dev.ballast.bench.wire.Wires;
import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.resource.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The control links of all nodes' agents, as they hold them: each a connection of its own over TLS.
 * The administrator speaks for each node, since its credential would change nothing of what is
 * measured here.
 */
final class NodeTunnels implements AutoCloseable {

  private static final int DIALLING = 64;
  private static final String METADATA =
      "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

  private final AtomicReferenceArray<WebSocketWire> links;
  private final AtomicInteger renewed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean closed;

  private NodeTunnels(int nodes) {
    links = new AtomicReferenceArray<>(nodes);
  }

  static NodeTunnels open(Connection connection, Wires wires, int nodes) throws Exception {
    Map<String, String> uids = uids(wires);
    NodeTunnels tunnels = new NodeTunnels(nodes);
    Semaphore dialling = new Semaphore(DIALLING);
    for (int i = 0; i < nodes; i++) {
      int node = i;
      dialling.acquire();
      Thread.startVirtualThread(
          () -> {
            try {
              tunnels.dial(connection, node, uids.get(Population.node(node)));
            } catch (IOException e) {
              System.err.println("no tunnel of node " + node + ": " + e);
            } finally {
              dialling.release();
            }
          });
    }
    dialling.acquire(DIALLING);
    return tunnels;
  }

  private static Map<String, String> uids(Wires wires) throws IOException {
    Map<String, String> uids = new HashMap<>();
    JsonNode list = Json.parse(wires.get("/api/v1/nodes", METADATA));
    for (JsonNode node : list.path("items")) {
      JsonNode metadata = node.path("metadata");
      uids.put(metadata.path("name").asText(), metadata.path("uid").asText());
    }
    return uids;
  }

  private void dial(Connection connection, int node, String uid) throws IOException {
    String name = Population.node(node);
    WebSocketWire link =
        new WebSocketWire(
            connection,
            "/apis/ballast.dev/v1/nodes/" + name + "/tunnel",
            List.of(
                "Impersonate-User: system:node:" + name,
                "Impersonate-Group: system:nodes",
                "Impersonate-Uid: " + uid,
                "Sec-WebSocket-Protocol: " + LeaseRenewals.PROTOCOL));
    links.set(node, link);
    Thread.startVirtualThread(() -> read(node, link));
  }

  private void read(int node, WebSocketWire link) {
    try {
      link.read(text -> (text.startsWith("{\"renewed\"") ? renewed : refused).incrementAndGet());
    } catch (IOException e) {
      links.set(node, null);
      if (!closed) {
        System.err.println("the tunnel of node " + node + " ended: " + e);
      }
    }
  }

  /** How many stand. */
  int standing() {
    int standing = 0;
    for (int i = 0; i < links.length(); i++) {
      standing += links.get(i) == null ? 0 : 1;
    }
    return standing;
  }

  /** Asks for the renewal of a node's lease, and does not wait for what becomes of it. */
  void renew(int node) throws IOException {
    WebSocketWire link = links.get(node);
    if (link == null) {
      throw new IOException("node " + node + " has no tunnel");
    }
    link.send("{\"renew\":\"" + renewTime() + "\"}");
  }

  /** Now, as leases have it. */
  static String renewTime() {
    return Instant.now().toString().replaceAll("(\\.\\d{6}).*Z", "$1Z");
  }

  /** Renewals that were answered so far. */
  int renewed() {
    return renewed.get();
  }

  int refused() {
    return refused.get();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (int i = 0; i < links.length(); i++) {
      WebSocketWire link = links.get(i);
      if (link != null) {
        link.close();
      }
    }
  }
}
