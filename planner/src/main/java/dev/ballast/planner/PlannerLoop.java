package dev.ballast.planner;

import dev.ballast.control.plan.Applied;
import dev.ballast.control.plan.ClusterFeed;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PlanApplier;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.planner.PendingQueue.Entry;
import dev.ballast.planner.PendingQueue.State;
import dev.ballast.planner.advice.Adviser;
import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.solve.PlacementSolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes waiting pods in batches from the newest state to a plan, and the plan to the applier.
 *
 * <p>Level-triggered: a round looks at what waits now, whatever woke it, so lost and repeated
 * signals do no harm, and killed at any line it finds its pods waiting again. Everything but {@link
 * #signal} happens in rounds, one at a time.
 */
public final class PlannerLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PlannerLoop.class);

  /** A moment to gather: pods that arrive together are planned together. */
  private static final Duration GATHER = Duration.ofMillis(2);

  private static final Duration TROUBLE = Duration.ofSeconds(1);
  private static final int BATCH = 256;
  private static final String FAILED = "ScheduleAttemptFailure";

  /** What a pod that comes to a node may make legal for others. */
  private static final Set<Rule> COMPANY =
      Set.of(Rule.INTER_POD_AFFINITY, Rule.POD_TOPOLOGY_SPREAD, Rule.COSCHEDULING);

  private final PlanApplier applier;
  private final Adviser adviser;
  private final Precedence precedence;
  private final Timers timers;
  private final SchedulerMetrics metrics;
  private final ClusterSnapshot snapshot;
  private final PlacementSolver solver;
  private final PendingQueue queue = new PendingQueue();
  private final ClusterFeed feed;
  private final AtomicBoolean awake = new AtomicBoolean();
  private final UnschedulablePods unschedulable;
  private volatile int gated;
  private int volumesSeen;
  private volatile boolean closed;

  /** Pods are in the snapshot that nobody created. */
  private boolean trying;

  private Timers.Scheduled alarm = () -> {};

  /**
   * Pods that name a scheduler for which there is no profile are left alone.
   *
   * @param adviser hears of the pods that find no place
   * @param precedence hears when a round is under way
   */
  public PlannerLoop(
      ResourceStore store,
      PlanApplier applier,
      Adviser adviser,
      Timers timers,
      Telemetry telemetry,
      Precedence precedence) {
    this.precedence = precedence;
    this.adviser = adviser;
    this.applier = applier;
    this.timers = timers;
    this.metrics = new SchedulerMetrics(telemetry);
    this.unschedulable = new UnschedulablePods(telemetry);
    this.snapshot = new ClusterSnapshot(applier.views());
    this.solver = new PlacementSolver(snapshot);
    this.feed = new ClusterFeed(store, snapshot, this::signal);
    snapshot.listener(new Following());
    for (State state : State.values()) {
      metrics.pending(state, () -> queue.size(state));
    }
    metrics.gated(() -> gated);
    metrics.cached("nodes", snapshot::nodeCount);
    metrics.cached("pods", () -> snapshot.pods().size());
  }

  public void start() {
    signal();
  }

  /** Something may have changed. Returns at once. */
  public void signal() {
    if (!closed && awake.compareAndSet(false, true)) {
      timers.schedule(GATHER, this::wake);
    }
  }

  /** Ends the rounds; one that runs ends by itself. */
  @Override
  public void close() {
    closed = true;
    timers.execute(this::wake);
  }

  /**
   * What the next round would plan for these pods beside what is there now; nothing comes of it.
   * Blocks while a round runs, and keeps rounds waiting as long as planning takes.
   *
   * @throws StoreUnavailableException when the store cannot answer
   */
  public synchronized Trial tryOut(List<Pod> pods) {
    long revision = feed.drain();
    trying = true;
    try {
      return Trial.on(snapshot, solver, pods, revision);
    } finally {
      trying = false;
    }
  }

  private synchronized void wake() {
    awake.set(false);
    if (closed) {
      alarm.cancel();
      feed.close();
      metrics.close();
      unschedulable.close();
      return;
    }
    precedence.begin();
    try {
      while (round() && !closed) {}
      countGated();
      sleepUntilDue();
    } catch (StoreUnavailableException e) {
      LOG.info("the store cannot answer, planning goes on in {}: {}", TROUBLE, e.getMessage());
      trouble();
    } catch (RuntimeException e) {
      LOG.error("a planning round failed, the next one is in {}", TROUBLE, e);
      trouble();
    } finally {
      precedence.end();
    }
  }

  private void countGated() {
    Map<String, Integer> held = new HashMap<>(snapshot.gated());
    held.keySet().removeIf(name -> snapshot.profiles().of(name).isEmpty());
    gated = held.values().stream().mapToInt(Integer::intValue).sum();
    unschedulable.gated(held);
  }

  private void trouble() {
    metrics.failedRound();
    timers.schedule(TROUBLE, this::signal);
  }

  /** True when there may be more to do at once. */
  private boolean round() {
    long revision = feed.drain();
    if (volumesSeen != snapshot.volumes().documents()) {
      queue.clusterImproved();
      volumesSeen = snapshot.volumes().documents();
    }
    Now start = timers.now();
    List<Entry> batch = queue.next(BATCH, start);
    if (batch.isEmpty()) {
      return false;
    }
    Map<ObjectKey, Entry> byPod = new HashMap<>();
    batch.forEach(entry -> byPod.put(entry.pod().ref().key(), entry));
    Plan plan = solver.plan(batch.stream().map(Entry::pod).toList(), revision);
    metrics.planned(batch.size(), timers.now().since(start));
    Applied applied = applier.apply(plan);
    Now now = timers.now();
    Duration took = now.since(start);
    List<Entry> bound = new ArrayList<>();
    for (Applied.Bound one : applied.bound()) {
      bound.add(byPod.get(one.pod().key()));
      snapshot.podBound(one.binding(), one.revision());
    }
    metrics.scheduled(bound, took, now);
    for (Applied.Dropped one : applied.dropped()) {
      LOG.debug("{} was not bound to {}: {}", one.binding().pod(), one.binding().node(), one);
      Entry entry = byPod.get(one.binding().pod().key());
      if (one.reason() == Applied.Reason.VOLUME_NOT_MADE) {
        queue.unschedulable(entry, Set.of(Rule.VOLUME_BINDING), now);
      } else {
        queue.later(entry, now);
      }
    }
    metrics.failed(
        "error",
        applied.dropped().stream().map(d -> byPod.get(d.binding().pod().key())).toList(),
        took);
    List<Entry> left = new ArrayList<>();
    for (Plan.Unplaced one : plan.unplaced()) {
      Entry entry = byPod.get(one.pod().key());
      queue.unschedulable(entry, one.rules(), now);
      left.add(entry);
    }
    metrics.failed("unschedulable", left, took);
    metrics.incoming(State.BACKOFF, FAILED, applied.dropped().size());
    metrics.incoming(State.UNSCHEDULABLE, FAILED, left.size());
    plan.unplaced().forEach(one -> unschedulable.failed(byPod.get(one.pod().key()).pod(), one));
    adviser.unplaced(plan.unplaced());
    return batch.size() == BATCH;
  }

  private void sleepUntilDue() {
    alarm.cancel();
    OptionalLong due = queue.nextDue();
    if (due.isPresent()) {
      long wait = Math.max(0, due.getAsLong() - timers.now().monotonicNanos());
      alarm = timers.schedule(Duration.ofNanos(wait), this::signal);
    }
  }

  /** Keeps the solver's index and the queue beside the snapshot. */
  private final class Following implements ClusterSnapshot.Listener {

    @Override
    public void nodeChanged(NodeState node) {
      solver.nodeChanged(node);
      queue.clusterImproved();
    }

    @Override
    public void usageChanged(NodeState node, boolean freed) {
      solver.usageChanged(node);
      if (freed) {
        queue.clusterImproved();
      } else {
        queue.rulesChanged(COMPANY);
      }
    }

    @Override
    public void rulesChanged(Rule rule) {
      queue.rulesChanged(Set.of(rule));
    }

    @Override
    public void podWaits(PodView pod) {
      if (!trying
          && snapshot.profiles().of(pod.schedulerName()).isPresent()
          && queue.put(pod, timers.now())) {
        metrics.incoming(State.ACTIVE, "PodAdd", 1);
      }
    }

    @Override
    public void profilesChanged() {
      for (PodView pod : snapshot.pods()) {
        if (pod.waiting() && snapshot.profiles().of(pod.schedulerName()).isEmpty()) {
          queue.remove(pod.ref().key());
        } else if (pod.waiting()) {
          podWaits(pod);
        }
      }
    }

    @Override
    public void podLeft(PodView pod) {
      queue.remove(pod.ref().key());
      unschedulable.left(pod.ref().key());
      adviser.left(pod.ref().key());
    }
  }
}
