package dev.ballast.api.tunnel;

import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of nodes that ask over their tunnels: what comes within a quarter of a second
 * is one commit, which moves the leases' times and nothing else. What is not that simple (no lease,
 * another holder, no such node any more, no store) is refused, and the node turns to the API.
 *
 * <p>{@link #ask} returns at once; one task at a time writes, and blocks on the store. Thread-safe.
 */
public final class Renewals {

  private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);
  private static final Duration GATHER = Duration.ofMillis(250);
  private static final int MOST_IN_ONE = 500;
  private static final int ATTEMPTS = 3;

  private record Asked(Tunnel tunnel, String time) {}

  private final ResourceStore store;
  private final BiPredicate<String, String> nodes;
  private final Timers timers;
  private final Telemetry telemetry;

  /** Of two words of one node the newer counts: nobody waits for the older any more. */
  private final Map<ObjectKey, Asked> waiting = new ConcurrentHashMap<>();

  private final AtomicBoolean atWork = new AtomicBoolean();

  /** What this server wrote last; it may have changed since. */
  private final Map<ObjectKey, StoredLease> known = new ConcurrentHashMap<>();

  /**
   * @param store a bare one: there is nothing to admit in a time, and it is looked at here
   * @param nodes whether there is a Node of this name and uid; must not block
   */
  public Renewals(
      ResourceStore store, BiPredicate<String, String> nodes, Timers timers, Telemetry telemetry) {
    this.store = store;
    this.nodes = nodes;
    this.timers = timers;
    this.telemetry = telemetry;
  }

  void ask(Tunnel tunnel, String time) {
    waiting.put(StoredLease.key(tunnel.node()), new Asked(tunnel, time));
    gather();
  }

  /** Its tunnel is gone, and perhaps the node with it. */
  void forget(String node) {
    known.remove(StoredLease.key(node));
  }

  private void gather() {
    if (!waiting.isEmpty() && atWork.compareAndSet(false, true)) {
      timers.schedule(GATHER, this::write);
    }
  }

  private void write() {
    try {
      SequencedMap<ObjectKey, Asked> batch = take();
      while (!batch.isEmpty()) {
        write(batch);
        batch = take();
      }
    } finally {
      atWork.set(false);
      gather();
    }
  }

  private SequencedMap<ObjectKey, Asked> take() {
    SequencedMap<ObjectKey, Asked> batch = new LinkedHashMap<>();
    for (Map.Entry<ObjectKey, Asked> next : waiting.entrySet()) {
      if (batch.size() == MOST_IN_ONE) {
        break;
      }
      if (waiting.remove(next.getKey(), next.getValue())) {
        batch.put(next.getKey(), next.getValue());
      }
    }
    return batch;
  }

  private void write(SequencedMap<ObjectKey, Asked> batch) {
    Set<ObjectKey> renewed = Set.of();
    try {
      renewed = renewed(batch);
    } catch (StoreUnavailableException e) {
      LOG.info("{} leases are not renewed: {}", batch.size(), e.getMessage());
    } finally {
      answer(batch, renewed);
    }
  }

  /**
   * Which of them are. A commit is all or nothing, so what is known is looked up after one fails.
   */
  private Set<ObjectKey> renewed(SequencedMap<ObjectKey, Asked> batch) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SequencedMap<ObjectKey, StoredLease> leases = leases(batch, attempt == 0);
      if (leases.isEmpty()) {
        break;
      }
      List<Write.Replace> writes = new ArrayList<>(leases.size());
      leases.forEach((key, lease) -> writes.add(lease.renewed(batch.get(key).time())));
      switch (store.commit(List.copyOf(writes))) {
        case CommitResult.Committed committed -> {
          writes.forEach(
              write ->
                  known.computeIfPresent(
                      write.key(), (key, lease) -> lease.at(committed.revision(), write)));
          return leases.keySet();
        }
        case CommitResult.Unavailable down -> throw new StoreUnavailableException(down.reason());
        case CommitResult changed -> LOG.debug("leases, attempt {}: {}", attempt, changed);
      }
    }
    return Set.of();
  }

  private SequencedMap<ObjectKey, StoredLease> leases(
      SequencedMap<ObjectKey, Asked> batch, boolean asKnown) {
    SequencedMap<ObjectKey, StoredLease> leases = LinkedHashMap.newLinkedHashMap(batch.size());
    batch.forEach(
        (key, asked) -> {
          StoredLease lease = asKnown ? known.get(key) : null;
          if (lease == null) {
            lease = store.get(key).flatMap(StoredLease::of).orElse(null);
          }
          if (lease == null) {
            known.remove(key);
          } else if (may(asked)) {
            known.put(key, lease);
            leases.put(key, lease);
          }
        });
    return leases;
  }

  /** A tunnel outlives the Node that it was opened for, its right to the lease does not. */
  private boolean may(Asked asked) {
    return StoredLease.isTime(asked.time())
        && nodes.test(asked.tunnel().node(), asked.tunnel().uid());
  }

  /** All from the event loop at once, where each would wake it. */
  private void answer(SequencedMap<ObjectKey, Asked> batch, Set<ObjectKey> renewed) {
    telemetry.count("ballast_lease_renewals_total", renewed.size(), "outcome", "renewed");
    telemetry.count(
        "ballast_lease_renewals_total", batch.size() - renewed.size(), "outcome", "refused");
    batch
        .firstEntry()
        .getValue()
        .tunnel()
        .onLoop(
            () ->
                batch.forEach(
                    (key, asked) -> asked.tunnel().renewed(asked.time(), renewed.contains(key))));
  }
}
