package dev.ballast.api.tunnel;

import dev.ballast.core.node.LeaseRenewals;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * another holder, no such node any more, a time that is not later, no store) is refused, and the
 * node turns to the API. One node's lease that changes all the time, or many that nothing is known
 * of, hold the others up for a moment at most.
 *
 * <p>{@link #ask} returns at once; one task at a time writes, and blocks on the store. Thread-safe.
 */
public final class Renewals {

  private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);
  private static final Duration GATHER = Duration.ofMillis(250);
  private static final int MOST_IN_ONE = 500;

  /**
   * Each fails on one lease; that many may be others than they were known, and the rest goes on.
   */
  private static final int ATTEMPTS = 8;

  /** How long the leases of one batch may be read; each may be a call to the leader. */
  private static final Duration READING = Duration.ofSeconds(1);

  /** A node's end of its tunnel. */
  interface Asking {
    String node();

    /** Of the Node that the tunnel was opened for. */
    String uid();

    /** Whether this tunnel is at its end, and {@link #forget} was called or will be. */
    boolean gone();

    /** Runs a task on the event loop of this tunnel, soon. */
    void onLoop(Runnable task);

    /** Tells the node what became of a renewal; on any event loop. */
    void renewed(String time, boolean done);
  }

  private record Asked(Asking node, String time, Now at) {}

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

  void ask(Asking node, String time) {
    waiting.put(StoredLease.key(node.node()), new Asked(node, time, timers.now()));
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
      // What came meanwhile waits for more, unless there is enough of it.
      boolean full;
      do {
        SequencedMap<ObjectKey, Asked> batch = take();
        full = batch.size() == MOST_IN_ONE;
        if (!batch.isEmpty()) {
          write(batch);
        }
      } while (full);
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
      batch.forEach(
          (key, asked) -> {
            if (asked.node().gone()) {
              known.remove(key);
            }
          });
    }
  }

  /**
   * Which of them are. A commit is all or nothing, and names the first lease that is not as it is
   * known here: that one is looked at once more, then left out.
   */
  private Set<ObjectKey> renewed(SequencedMap<ObjectKey, Asked> batch) {
    SequencedMap<ObjectKey, StoredLease> leases = leases(batch);
    Set<ObjectKey> readAnew = new HashSet<>();
    for (int attempt = 0; attempt < ATTEMPTS && !leases.isEmpty(); attempt++) {
      List<Write.Replace> writes = new ArrayList<>(leases.size());
      leases.forEach((key, lease) -> writes.add(lease.renewed(batch.get(key).time())));
      switch (store.commit(List.copyOf(writes))) {
        case CommitResult.Committed committed -> {
          remember(writes, committed.revision());
          return leases.keySet();
        }
        case CommitResult.Unavailable down -> throw new StoreUnavailableException(down.reason());
        case CommitResult.Conflict changed -> {
          leave(changed.key(), leases);
          if (readAnew.add(changed.key())) {
            take(changed.key(), batch.get(changed.key()), read(changed.key()), leases);
          }
        }
        case CommitResult.NotFound gone -> leave(gone.key(), leases);
        case CommitResult unforeseen -> {
          LOG.warn("{} leases are not renewed: {}", leases.size(), unforeseen);
          return Set.of();
        }
      }
    }
    // Perhaps all of them are others than they were known, after a fail-over say.
    known.keySet().removeAll(leases.keySet());
    return Set.of();
  }

  private void remember(List<Write.Replace> writes, long revision) {
    for (Write.Replace write : writes) {
      known.computeIfPresent(write.key(), (key, lease) -> lease.at(revision, write));
    }
  }

  private void leave(ObjectKey key, Map<ObjectKey, StoredLease> leases) {
    known.remove(key);
    leases.remove(key);
  }

  private SequencedMap<ObjectKey, StoredLease> leases(SequencedMap<ObjectKey, Asked> batch) {
    Now began = timers.now();
    SequencedMap<ObjectKey, StoredLease> leases = LinkedHashMap.newLinkedHashMap(batch.size());
    batch.forEach(
        (key, asked) -> {
          if (may(asked, began)) {
            Optional<StoredLease> lease = Optional.ofNullable(known.get(key));
            boolean late = timers.now().since(began).compareTo(READING) >= 0;
            take(key, asked, lease.isPresent() || late ? lease : read(key), leases);
          }
        });
    return leases;
  }

  private Optional<StoredLease> read(ObjectKey key) {
    Optional<StoredLease> lease = store.get(key).flatMap(StoredLease::of);
    lease.ifPresent(found -> known.put(key, found));
    return lease;
  }

  /** One that has a later time already, which its node wrote itself, is not set back. */
  private void take(
      ObjectKey key, Asked asked, Optional<StoredLease> lease, Map<ObjectKey, StoredLease> leases) {
    if (lease.isEmpty()) {
      return;
    }
    if (lease.get().isBefore(asked.time())) {
      leases.put(key, lease.get());
    } else {
      known.remove(key);
    }
  }

  /**
   * A tunnel outlives the Node that it was opened for, its right to the lease does not; and nobody
   * waits for an answer any more to what was asked long ago.
   */
  private boolean may(Asked asked, Now now) {
    return now.since(asked.at()).compareTo(LeaseRenewals.PATIENCE) < 0
        && StoredLease.isTime(asked.time())
        && nodes.test(asked.node().node(), asked.node().uid());
  }

  /** All from the event loop at once, where each would wake it. */
  private void answer(SequencedMap<ObjectKey, Asked> batch, Set<ObjectKey> renewed) {
    telemetry.count("ballast_lease_renewals_total", renewed.size(), "outcome", "renewed");
    telemetry.count(
        "ballast_lease_renewals_total", batch.size() - renewed.size(), "outcome", "refused");
    batch
        .firstEntry()
        .getValue()
        .node()
        .onLoop(
            () ->
                batch.forEach(
                    (key, asked) -> asked.node().renewed(asked.time(), renewed.contains(key))));
  }
}
