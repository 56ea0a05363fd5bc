package dev.ballast.elasticpool.kwok;

import dev.ballast.control.informer.Cached;
import dev.ballast.control.informer.Informer;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.Rfc3339;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.claim.NodeClaim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts the simulated machines whose claims name this member, and no others: what should run is
 * read off the claims anew at each change, so it comes back after a restart and ends with its
 * claim. Runs on every member, leading or not. Rounds run on tasks of {@link Timers}, one at a
 * time.
 */
public final class KwokHost implements AutoCloseable {

  /**
   * A machine to be hosted.
   *
   * @param name of its node
   * @param id the node's {@code spec.providerID}
   */
  public record Hosted(String name, String id) {}

  /** What simulates a machine. */
  public interface Simulator {

    /** Returns when the machine runs; closing it stops it, to be started again. May block. */
    AutoCloseable start(Hosted machine);

    /** Nothing need be kept of machines of other names. */
    void keepOnly(Set<String> names);
  }

  private static final Logger LOG = LoggerFactory.getLogger(KwokHost.class);
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final String member;
  private final Simulator simulator;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Informer<NodeClaim> claims;
  private final Informer<SimulatedClass> classes;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final Map<String, AutoCloseable> running = new HashMap<>();
  private volatile boolean closed;

  /** Of the machines that do not run yet, when the first is to be looked at. */
  private Optional<Timers.Scheduled> next = Optional.empty();

  /**
   * @param informers of this member's own copy, which may be a little behind
   * @param member as claims name it
   */
  public KwokHost(
      Informers informers, String member, Simulator simulator, Timers timers, Telemetry telemetry) {
    this.member = member;
    this.simulator = simulator;
    this.timers = timers;
    this.telemetry = telemetry;
    this.claims = informers.of(ResourceType.NODE_CLAIMS, NodeClaim.class);
    this.classes = informers.of(ResourceType.KWOK_NODE_CLASSES, SimulatedClass.class);
  }

  public void start() {
    claims.onChange((before, after) -> soon());
    claims.whenSynced(() -> classes.whenSynced(this::soon));
  }

  private void soon() {
    if (claims.isSynced() && classes.isSynced() && asked.compareAndSet(false, true)) {
      timers.execute(this::settle);
    }
  }

  private synchronized void settle() {
    asked.set(false);
    if (closed) {
      return;
    }
    Map<String, Cached<NodeClaim>> wanted = wanted();
    for (String uid : Set.copyOf(running.keySet())) {
      if (!wanted.containsKey(uid)) {
        stop(running.remove(uid));
      }
    }
    Set<String> names = new HashSet<>();
    wanted.values().forEach(claim -> names.add(claim.key().name()));
    simulator.keepOnly(names);
    List<Duration> later = new ArrayList<>();
    wanted.forEach(
        (uid, claim) -> {
          if (!closed && !running.containsKey(uid)) {
            begin(uid, claim).ifPresent(later::add);
          }
        });
    next.ifPresent(Timers.Scheduled::cancel);
    next = later.stream().min(Duration::compareTo).map(time -> timers.schedule(time, this::soon));
  }

  /** By the claims' uids: another claim of the same name is another machine. */
  private Map<String, Cached<NodeClaim>> wanted() {
    Map<String, Cached<NodeClaim>> wanted = new TreeMap<>();
    for (Cached<NodeClaim> claim : claims.all()) {
      boolean here =
          MachineId.parse(claim.value().status().providerID())
              .filter(id -> id.member().equals(member))
              .isPresent();
      if (here && !claim.value().isEnded()) {
        wanted.put(claim.value().metadata().uid(), claim);
      }
    }
    return wanted;
  }

  /** When to look again; empty once it runs. */
  private Optional<Duration> begin(String uid, Cached<NodeClaim> claim) {
    Duration left = startsIn(claim.value());
    if (left.isPositive()) {
      return Optional.of(left);
    }
    Hosted machine = new Hosted(claim.key().name(), claim.value().status().providerID());
    try {
      running.put(uid, simulator.start(machine));
      LOG.info("machine {} runs here", machine.id());
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.warn("machine {} does not start, again in {}: {}", machine.id(), RETRY, e.getMessage());
      telemetry.count("ballast_pool_errors_total", 1, "pool", "kwok", "step", "start");
      return Optional.of(RETRY);
    }
  }

  /** As long as its class says that machines take. */
  private Duration startsIn(NodeClaim claim) {
    ObjectKey key =
        ObjectKey.cluster(ResourceType.KWOK_NODE_CLASSES, claim.spec().nodeClassRef().name());
    return classes
        .get(key)
        .map(
            one ->
                one.value()
                    .delay()
                    .minus(Rfc3339.age(claim.metadata().creationTimestamp(), timers.now().wall())))
        .orElse(Duration.ZERO);
  }

  private static void stop(AutoCloseable machine) {
    try {
      machine.close();
    } catch (Exception e) {
      LOG.warn("stopping a machine failed", e);
    }
  }

  /** The machines stop; started again, they are the same. Waits for a start that goes on. */
  @Override
  public void close() {
    // Outside of the lock, for a round holds that through all of its starts.
    closed = true;
    stopAll();
  }

  private synchronized void stopAll() {
    next.ifPresent(Timers.Scheduled::cancel);
    running.values().forEach(KwokHost::stop);
    running.clear();
  }
}
