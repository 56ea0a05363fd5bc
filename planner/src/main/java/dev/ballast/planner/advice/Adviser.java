package dev.ballast.planner.advice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterFeed;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PlanApplier;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.Plan.Unplaced;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.planner.solve.Following;
import dev.ballast.planner.solve.PlacementSolver;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what would help the pods that wait, and tells it: in a PlacementReport, behind the
 * condition's message, and as an Event. Off the fast path: on an account of the cluster and a
 * solver of its own, which it keeps only while pods wait; a few pods a round, and at most a sixth
 * of the time.
 *
 * <p>Level-triggered: a report follows what the planner said last of its pod, a pod that waits no
 * longer has none, and what an earlier process left is found by a list. {@link #unplaced} and
 * {@link #left} return at once; rounds run one at a time on tasks of {@link Timers}.
 */
public final class Adviser implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Adviser.class);

  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration TROUBLE = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final long AGAIN = Duration.ofMinutes(1).toNanos();
  private static final long CHANGED = Duration.ofSeconds(5).toNanos();
  private static final long SWEEP = Duration.ofMinutes(5).toNanos();
  private static final int PER_ROUND = 8;
  private static final int REST = 5;
  private static final int LARGEST_GANG = 256;

  /** A pod that waits. */
  private static final class Entry {
    private Unplaced why;
    private String told = "";
    private long due;

    Entry(Unplaced why, long due) {
      this.why = why;
      this.due = due;
    }
  }

  private final ResourceStore store;
  private final PlanApplier applier;
  private final Timers timers;
  private final Telemetry telemetry;
  private final ClusterSnapshot snapshot;
  private final PlacementSolver solver;
  private final ClusterFeed feed;

  /** Guarded by this, as are the next four. */
  private final Map<ObjectKey, Entry> waiting = new HashMap<>();

  private final Set<ObjectKey> over = new HashSet<>();
  private Timers.Scheduled alarm = () -> {};
  private long alarmAt = Long.MAX_VALUE;
  private boolean closed;

  private final Object turn = new Object();
  private final Set<ObjectKey> reports = new HashSet<>();
  private boolean following;
  private boolean idle;
  private long sweepDue = Long.MIN_VALUE;

  /**
   * @param store one that admits
   * @param applier tells the pods
   */
  public Adviser(ResourceStore store, PlanApplier applier, Timers timers, Telemetry telemetry) {
    this.store = store;
    this.applier = applier;
    this.timers = timers;
    this.telemetry = telemetry;
    this.snapshot = new ClusterSnapshot(applier.views());
    this.solver = new PlacementSolver(snapshot);
    this.feed = new ClusterFeed(store, snapshot, () -> {});
    snapshot.listener(new Following(solver));
  }

  /** To find what an earlier process left. */
  public synchronized void start() {
    wake(SOON);
  }

  /** The planner found no place for these. */
  public synchronized void unplaced(List<Unplaced> all) {
    long now = timers.now().monotonicNanos();
    for (Unplaced one : all) {
      Entry entry = waiting.computeIfAbsent(one.pod().key(), key -> new Entry(one, now));
      entry.why = one;
      if (!entry.told.isEmpty() && !entry.told.equals(one.message())) {
        entry.due = Math.min(entry.due, now + CHANGED);
      }
    }
    if (!all.isEmpty()) {
      wake(SOON);
    }
  }

  /** The pod does not wait any more. */
  public synchronized void left(ObjectKey pod) {
    if (waiting.remove(pod) != null) {
      over.add(pod);
      wake(SOON);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    timers.execute(
        () -> {
          synchronized (turn) {
            feed.close();
          }
        });
  }

  /** A round in so much time at the latest. */
  private synchronized void wake(Duration delay) {
    long at = timers.now().monotonicNanos() + delay.toNanos();
    if (at < alarmAt && !closed) {
      alarm.cancel();
      alarmAt = at;
      alarm = timers.schedule(delay, this::round);
    }
  }

  private void round() {
    synchronized (turn) {
      Now begun = timers.now();
      Duration next = IDLE;
      try {
        synchronized (this) {
          alarmAt = Long.MAX_VALUE;
          if (closed) {
            return;
          }
        }
        sweep(begun);
        takeAway();
        List<ObjectKey> due = due(begun);
        if (!due.isEmpty()) {
          explain(due);
        }
        Duration took = timers.now().since(begun);
        telemetry.time("ballast_advice_round_seconds", took);
        next = rest(took);
      } catch (StoreUnavailableException e) {
        LOG.info("the store cannot answer, advice goes on in {}: {}", TROUBLE, e.getMessage());
        next = TROUBLE;
      } catch (RuntimeException e) {
        LOG.error("a round of advice failed, the next one is in {}", TROUBLE, e);
        telemetry.count("ballast_advice_failed_rounds_total", 1);
        next = TROUBLE;
      }
      goOn(next);
    }
  }

  /** Until there is something due, but so long that the planner has most of the time. */
  private synchronized Duration rest(Duration took) {
    long now = timers.now().monotonicNanos();
    long due = waiting.values().stream().mapToLong(one -> one.due).min().orElse(now + AGAIN);
    long least = Math.max(SOON.toNanos(), REST * took.toNanos());
    return Duration.ofNanos(Math.max(least, due - now));
  }

  private void goOn(Duration least) {
    Duration next = least;
    synchronized (this) {
      if (waiting.isEmpty() && over.isEmpty()) {
        // Nobody asks: the account costs memory and work as long as it follows.
        if (idle && following) {
          feed.close();
          following = false;
        }
        idle = true;
        if (!following) {
          return;
        }
        next = IDLE;
      } else {
        idle = false;
      }
    }
    wake(next);
  }

  private synchronized List<ObjectKey> due(Now now) {
    return waiting.entrySet().stream()
        .filter(one -> one.getValue().due <= now.monotonicNanos())
        .sorted(
            Comparator.comparingLong((Map.Entry<ObjectKey, Entry> one) -> one.getValue().due)
                .thenComparing(Map.Entry::getKey))
        .limit(PER_ROUND)
        .map(Map.Entry::getKey)
        .toList();
  }

  private void explain(List<ObjectKey> pods) {
    long revision = feed.drain();
    following = true;
    Map<PodShape, List<Fix>> siblings = new HashMap<>();
    for (ObjectKey pod : pods) {
      Unplaced why;
      synchronized (this) {
        Entry entry = waiting.get(pod);
        if (entry == null) {
          continue;
        }
        why = entry.why;
        entry.told = why.message();
        entry.due = timers.now().monotonicNanos() + AGAIN;
      }
      Optional<PodView> view =
          snapshot.pod(pod).filter(one -> one.waiting() && one.ref().equals(why.pod()));
      if (view.isPresent()) {
        tell(why, fixesOrNone(view.get(), siblings), revision);
      }
    }
  }

  /** A search that breaks costs this pod its advice, and nobody else theirs. */
  private List<Fix> fixesOrNone(PodView pod, Map<PodShape, List<Fix>> siblings) {
    try {
      return fixes(pod, siblings);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("no advice for {}", pod.ref(), e);
      telemetry.count("ballast_advice_failures_total", 1);
      return List.of();
    }
  }

  private List<Fix> fixes(PodView pod, Map<PodShape, List<Fix>> siblings) {
    boolean gang = snapshot.gangNeeds(pod.gang()) > snapshot.gangBound(pod.gang());
    List<Fix> known = gang ? null : siblings.get(pod.shape());
    if (known != null) {
      return known;
    }
    Map<ObjectKey, ObjectNode> group = new LinkedHashMap<>();
    add(group, pod);
    if (gang) {
      snapshot.pods().stream()
          .filter(one -> one.waiting() && one.gang().equals(pod.gang()))
          .sorted(Comparator.comparing(one -> one.ref().key()))
          .limit(LARGEST_GANG)
          .forEach(one -> add(group, one));
    }
    List<Fix> fixes = group.isEmpty() ? List.of() : new FixSearch(snapshot, solver, group).fixes();
    siblings.put(pod.shape(), fixes);
    telemetry.count("ballast_advice_pods_total", 1, "helped", Boolean.toString(!fixes.isEmpty()));
    return fixes;
  }

  private void add(Map<ObjectKey, ObjectNode> group, PodView pod) {
    store
        .get(pod.ref().key())
        .filter(document -> document.revision() == pod.revision())
        .ifPresent(document -> group.putIfAbsent(pod.ref().key(), document.tree()));
  }

  private void tell(Unplaced why, List<Fix> fixes, long revision) {
    ObjectKey key = Reports.key(why.pod().key());
    Optional<Document> known = store.get(key);
    CommitResult result = null;
    if (known.isEmpty()) {
      ObjectNode fresh = Reports.of(why, fixes, revision);
      result = store.commit(new Write.Create(key, Json.storable(fresh)));
    } else {
      ObjectNode before = known.get().tree();
      ObjectNode after = Reports.fill(before.deepCopy(), why, fixes, revision);
      after.set("basedOnRevision", before.path("basedOnRevision"));
      if (!after.equals(before)) {
        after.put("basedOnRevision", revision);
        result =
            store.commit(new Write.Replace(key, known.get().revision(), "", Json.storable(after)));
      }
    }
    if (result != null && !(result instanceof CommitResult.Committed)) {
      LOG.debug("the report of {} was not written: {}", why.pod(), result);
    }
    reports.add(key);
    applier.advise(why, Reports.advice(fixes));
  }

  /** The reports of pods that wait no longer. */
  private void takeAway() {
    List<ObjectKey> gone;
    synchronized (this) {
      gone = List.copyOf(over);
      over.clear();
    }
    for (ObjectKey pod : gone) {
      if (reports.remove(Reports.key(pod))) {
        delete(Reports.key(pod));
      }
    }
  }

  private void delete(ObjectKey report) {
    CommitResult result = store.commit(new Write.Delete(report, 0, DeleteOptions.DEFAULTS));
    if (result instanceof CommitResult.Unavailable unavailable) {
      reports.add(report);
      throw new StoreUnavailableException(unavailable.reason());
    }
  }

  /** Looks through all reports now and then, and first of all. */
  private void sweep(Now now) {
    if (sweepDue > now.monotonicNanos()) {
      return;
    }
    if (!(store.list(ListQuery.all(ResourceType.PLACEMENT_REPORTS))
        instanceof ListResult.Page page)) {
      throw new StoreUnavailableException("the list of reports was cut short");
    }
    sweepDue = now.monotonicNanos() + SWEEP;
    for (Document report : page.documents()) {
      ObjectKey pod =
          new ObjectKey(ResourceType.PODS, report.key().namespace(), report.key().name());
      reports.add(report.key());
      boolean waits =
          store
              .get(pod)
              .filter(document -> document.tree().at("/spec/nodeName").asText().isEmpty())
              .isPresent();
      if (!waits) {
        reports.remove(report.key());
        delete(report.key());
      }
    }
  }
}
