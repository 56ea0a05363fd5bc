package dev.ballast.control.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.core.model.Condition;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each node was last heard of: when a renewal of its lease, or of its own Ready condition, was
 * seen here, by the monotonic clock. Two machines' clocks are never compared, and after a start
 * every node has its whole grace period again. Thread-safe.
 */
final class Heartbeats {

  static final String LEASES = "kube-node-lease";

  /** A coordination.k8s.io/v1 Lease; {@code renewTime} is only compared with itself. */
  record Lease(ObjectMeta metadata, Spec spec) {
    record Spec(String holderIdentity, JsonNode renewTime) {}

    String renewed() {
      return spec == null || spec.renewTime() == null ? "" : spec.renewTime().asText();
    }
  }

  private final Map<String, Now> heard = new ConcurrentHashMap<>();
  private final Timers timers;

  Heartbeats(Timers timers) {
    this.timers = timers;
  }

  void follow(Informer<Lease> leases, Informer<Node> nodes) {
    leases.onChange(this::leaseChanged);
    nodes.onChange(this::nodeChanged);
  }

  private void leaseChanged(Optional<Cached<Lease>> before, Optional<Cached<Lease>> after) {
    if (after.isEmpty() || !after.get().key().namespace().equals(LEASES)) {
      return;
    }
    String renewed = after.get().value().renewed();
    if (before.isEmpty() || !before.get().value().renewed().equals(renewed)) {
      heard.put(after.get().key().name(), timers.now());
    }
  }

  private void nodeChanged(Optional<Cached<Node>> before, Optional<Cached<Node>> after) {
    if (after.isEmpty()) {
      heard.remove(before.orElseThrow().key().name());
      return;
    }
    if (before.isEmpty() || !heartbeat(before.get()).equals(heartbeat(after.get()))) {
      heard.put(after.get().key().name(), timers.now());
    }
  }

  private static String heartbeat(Cached<Node> node) {
    return node.value().condition("Ready").map(Condition::lastHeartbeatTime).orElse("");
  }

  /** When the node was last heard of; now, where it is not known yet. */
  Now last(String node) {
    return heard.computeIfAbsent(node, name -> timers.now());
  }
}
