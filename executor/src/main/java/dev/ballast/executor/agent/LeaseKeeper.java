package dev.ballast.executor.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.time.Timers;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's sign of life: its Lease in kube-node-lease, renewed by every {@link #renew}, by the
 * tunnel if that is taken there, else by a write. One thread.
 */
final class LeaseKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int SECONDS = 40;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ResourceStore store;
  private final Timers timers;
  private final ObjectKey key;
  private volatile LeaseRenewals shortWay = LeaseRenewals.NONE;
  private Document last;

  LeaseKeeper(ResourceStore store, Timers timers, String node) {
    this.store = store;
    this.timers = timers;
    this.key = new ObjectKey(ResourceType.LEASES, "kube-node-lease", node);
  }

  void renewBy(LeaseRenewals way) {
    shortWay = way;
  }

  /**
   * @throws StoreUnavailableException when neither way leads to a server
   */
  void renew() {
    if (shortWay.renew(renewTime())) {
      last = null;
    } else {
      write();
    }
  }

  private void write() {
    for (int attempt = 0; attempt < 3; attempt++) {
      Optional<Document> current = Optional.ofNullable(last).or(() -> store.get(key));
      CommitResult result =
          current.isEmpty()
              ? store.commit(new Write.Create(key, Json.storable(lease(fresh()))))
              : store.commit(
                  new Write.Replace(
                      key,
                      current.get().revision(),
                      "",
                      Json.storable(lease(current.get().tree()))));
      last = null;
      switch (result) {
        case CommitResult.Committed committed -> {
          last = committed.documents().getFirst();
          return;
        }
        case CommitResult.Unavailable down -> throw new StoreUnavailableException(down.reason());
        default -> LOG.debug("lease: {}", result);
      }
    }
    LOG.warn("the lease of node {} was not renewed", key.name());
  }

  private ObjectNode fresh() {
    ObjectNode lease =
        Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
    return lease;
  }

  private ObjectNode lease(ObjectNode lease) {
    ObjectNode spec = lease.withObject("/spec");
    spec.put("holderIdentity", key.name()).put("leaseDurationSeconds", SECONDS);
    spec.put("renewTime", renewTime());
    return lease;
  }

  private String renewTime() {
    return MICROS.format(timers.now().wall());
  }
}
