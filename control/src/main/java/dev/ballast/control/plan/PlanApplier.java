package dev.ballast.control.plan;

import dev.ballast.control.plan.Applied.Bound;
import dev.ballast.control.plan.Applied.Dropped;
import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.control.plan.BatchCommit.Fate;
import dev.ballast.control.plan.ClaimBinding.Beside;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.model.Pod;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.Refusal;
import dev.ballast.core.placement.Refusal.Rule;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The one way from plans to bindings. Planners may be many and their plans stale: each binding is
 * checked on the newest state and beside all others, and what still holds is committed.
 *
 * <p>Invariant: no node is given more than it offers, whatever the planners say; for that all plans
 * of a cluster go through one applier. It keeps its own account of the cluster, which shows every
 * commit (its own too) before it checks the next plan. Thread-safe; blocks on the store.
 */
public final class PlanApplier implements AutoCloseable {

  private final ReentrantLock lock = new ReentrantLock(true);
  private final ResourceStore store;
  private final Timers timers;
  private final Telemetry telemetry;
  private final Consumer<List<Tell>> events;
  private final PodViews views = new PodViews();
  private final ClusterSnapshot state = new ClusterSnapshot(views);
  private final ClusterFeed feed;

  /** Of the plan that is being applied: what is written together with a pod's binding. */
  private final Map<ObjectKey, List<Write.Replace>> withClaims = new HashMap<>();

  /**
   * @param store one that admits
   * @param events takes what happened to the pods; must return soon
   */
  public PlanApplier(
      ResourceStore store, Timers timers, Telemetry telemetry, Consumer<List<Tell>> events) {
    this.store = store;
    this.timers = timers;
    this.telemetry = telemetry;
    this.events = events;
    this.feed = new ClusterFeed(store, state, () -> {});
  }

  /** For the snapshots of those who plan for this applier. */
  public PodViews views() {
    return views;
  }

  /**
   * Binds what still holds, and marks what the planner could not place. Returns when it is durable.
   *
   * @throws StoreUnavailableException when the store cannot answer; nothing of the plan may be
   *     assumed done, or not done: the next state tells
   */
  public Applied apply(Plan plan) {
    List<Dropped> dropped = new ArrayList<>();
    List<Bound> bound = new ArrayList<>();
    Map<PodRef, List<Tell>> evicted;
    Set<PodRef> inVain;
    int nodes;
    lock.lock();
    try {
      feed.drain();
      withClaims.clear();
      commit(checked(plan, dropped), bound, dropped);
      bound.forEach(one -> state.podBound(one.binding(), one.revision()));
      evicted = new Evictions(store, state, timers.now().wall()).perform(plan.evictions());
      inVain = nominatedInVain(plan);
      nodes = state.nodeCount();
    } finally {
      lock.unlock();
    }
    telemetry.count("ballast_plan_bindings_total", bound.size(), "result", "bound");
    for (Dropped one : dropped) {
      telemetry.count("ballast_plan_bindings_total", 1, "result", one.reason().name());
    }
    List<Tell> tells = new ArrayList<>(bound.stream().map(PlanApplier::scheduled).toList());
    for (List<Tell> victims : evicted.values()) {
      tells.addAll(victims);
      telemetry.count("scheduler_preemption_attempts_total", 1);
      telemetry.observe("scheduler_preemption_victims", victims.size());
    }
    List<Plan.Unplaced> waiting = new ArrayList<>(plan.unplaced());
    dropped.stream()
        .filter(one -> one.reason() == Reason.VOLUME_NOT_MADE)
        .forEach(one -> waiting.add(new Plan.Unplaced(one.binding().pod(), nodes, once(one))));
    tells.addAll(mark(waiting, inVain));
    if (!tells.isEmpty()) {
      events.accept(tells);
    }
    return new Applied(bound, dropped);
  }

  private static Map<Refusal, Integer> once(Dropped one) {
    return Map.of(new Refusal(Rule.VOLUME_BINDING, one.message()), 1);
  }

  /**
   * Creates a pod once more on another node if that holds beside everything else. Returns when it
   * is durable; the pod that it replaces is not touched.
   *
   * @throws StoreUnavailableException when the store cannot answer; the next state tells
   */
  public Replacement.Outcome replace(Replacement replacement) {
    lock.lock();
    try {
      feed.drain();
      return new Replacing(store, state, timers.now().wall()).perform(replacement);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The pods that are to take another one's place, newest state.
   *
   * @throws StoreUnavailableException when the store cannot answer
   */
  public List<StandIn> standIns() {
    lock.lock();
    try {
      feed.drain();
      List<StandIn> found = new ArrayList<>();
      for (PodView pod : state.pods()) {
        if (pod.replaces().isPresent() && !pod.deleting()) {
          PodRef replaced = pod.replaces().get();
          boolean atWork =
              state
                  .pod(replaced.key())
                  .filter(one -> one.ref().equals(replaced))
                  .filter(one -> one.usesCapacity() && !one.deleting())
                  .isPresent();
          if (atWork) {
            found.add(new StandIn(pod.ref(), replaced, pod.terminal()));
          }
        }
      }
      found.sort(Comparator.comparing(one -> one.pod().key()));
      return found;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      feed.close();
    } finally {
      lock.unlock();
    }
  }

  /** The bindings that hold, as writes; the others are added to {@code dropped}. */
  private Map<Plan.Binding, Write.Replace> checked(Plan plan, List<Dropped> dropped) {
    Instant now = timers.now().wall();
    Map<Plan.Binding, Write.Replace> writes = new LinkedHashMap<>();
    try (PlanCheck check = new PlanCheck(state)) {
      for (Plan.Binding binding : plan.bindings()) {
        Optional<Dropped> objection = check.objection(binding);
        if (objection.isPresent()) {
          dropped.add(objection.get());
          continue;
        }
        ObjectKey key = binding.pod().key();
        Document pod = store.get(key).orElse(null);
        if (pod == null || pod.revision() != state.pod(key).orElseThrow().revision()) {
          dropped.add(new Dropped(binding, Reason.POD_CHANGED, "the pod just changed"));
        } else {
          PodShape shape = state.pod(key).orElseThrow().shape();
          Beside beside = claimsOf(shape, binding.node()).orElse(null);
          if (beside == null) {
            dropped.add(new Dropped(binding, Reason.POD_CHANGED, "its claims just changed"));
            continue;
          }
          if (!beside.waitsFor().isEmpty()) {
            dropped.add(new Dropped(binding, Reason.VOLUME_NOT_MADE, beside.waitsFor()));
            BatchCommit.of(store, beside.writes());
            continue;
          }
          writes.put(binding, PodPatches.bind(pod, binding, shape.gpu(), now));
          if (!beside.writes().isEmpty()) {
            withClaims.put(key, beside.writes());
          }
        }
      }
    }
    dropped.addAll(Gangs.shortOf(state, writes.keySet()));
    dropped.forEach(one -> writes.remove(one.binding()));
    return writes;
  }

  private Optional<Beside> claimsOf(PodShape shape, String node) {
    return shape.claims().isEmpty()
        ? Optional.of(Beside.NOTHING)
        : new ClaimBinding(store, state.volumes()).of(shape, state.node(node).orElseThrow());
  }

  private void commit(
      Map<Plan.Binding, Write.Replace> writes, List<Bound> bound, List<Dropped> dropped) {
    Map<ObjectKey, Fate> fates = new HashMap<>();
    for (List<Write.Replace> part : Gangs.apart(state, writes.values())) {
      fates.putAll(BatchCommit.whole(store, besides(part)));
    }
    List<Write.Replace> loose = new ArrayList<>(Gangs.loose(state, writes.values()));
    for (Write.Replace write : List.copyOf(loose)) {
      if (withClaims.containsKey(write.key())) {
        loose.remove(write);
        fates.putAll(BatchCommit.whole(store, besides(List.of(write))));
      }
    }
    fates.putAll(BatchCommit.of(store, loose));
    for (Plan.Binding binding : writes.keySet()) {
      switch (fates.get(binding.pod().key())) {
        case Fate.Done done -> bound.add(new Bound(binding, done.revision()));
        case Fate.Lost lost -> dropped.add(new Dropped(binding, lost.reason(), lost.message()));
      }
    }
  }

  /** Pods' bindings together with those of their claims. */
  private List<Write.Replace> besides(List<Write.Replace> pods) {
    List<Write.Replace> all = new ArrayList<>(pods);
    pods.forEach(pod -> all.addAll(withClaims.getOrDefault(pod.key(), List.of())));
    return all;
  }

  /**
   * Says what would help behind the condition's message, and as an Event, unless the pod says so
   * already or something else is the matter with it by now.
   */
  public void advise(Plan.Unplaced why, String advice) {
    Instant now = timers.now().wall();
    store
        .get(why.pod().key())
        .filter(document -> waitsStill(why.pod(), document))
        .flatMap(document -> PodPatches.advice(document, why.message(), advice, now))
        .filter(
            write -> BatchCommit.of(store, List.of(write)).get(write.key()) instanceof Fate.Done)
        .filter(done -> !advice.isEmpty())
        .ifPresent(
            done ->
                events.accept(
                    List.of(
                        new Tell(
                            why.pod().key(),
                            why.pod().uid(),
                            EventType.NORMAL,
                            "PlacementAdvice",
                            "To place it: " + advice))));
  }

  /** Pods for which nobody makes room any more where they were to go. */
  private Set<PodRef> nominatedInVain(Plan plan) {
    Set<PodRef> preemptors = new HashSet<>();
    plan.evictions().forEach(one -> preemptors.add(one.preemptor()));
    Set<PodRef> inVain = new HashSet<>();
    for (Plan.Unplaced one : plan.unplaced()) {
      PodView pod = state.pod(one.pod().key()).orElse(null);
      if (pod != null && !pod.nominatedNode().isEmpty() && !preemptors.contains(one.pod())) {
        boolean leaving =
            state.node(pod.nominatedNode()).stream()
                .flatMap(node -> node.occupants().stream())
                .anyMatch(PodView::deleting);
        if (!leaving) {
          inVain.add(one.pod());
        }
      }
    }
    return inVain;
  }

  /** Writes the condition where it is new; returns what there is to tell of it. */
  private List<Tell> mark(List<Plan.Unplaced> unplaced, Set<PodRef> inVain) {
    Instant now = timers.now().wall();
    Map<ObjectKey, Write.Replace> writes = new LinkedHashMap<>();
    for (Plan.Unplaced one : unplaced) {
      store
          .get(one.pod().key())
          .filter(document -> waitsStill(one.pod(), document))
          .flatMap(
              document ->
                  PodPatches.unschedulable(
                      document, one.message(), inVain.contains(one.pod()), now))
          .ifPresent(write -> writes.put(one.pod().key(), write));
    }
    // Whoever changed a pod meanwhile made it worth another look, which will mark it.
    Map<ObjectKey, Fate> fates = BatchCommit.of(store, List.copyOf(writes.values()));
    return unplaced.stream()
        .filter(one -> fates.get(one.pod().key()) instanceof Fate.Done)
        .map(
            one ->
                new Tell(
                    one.pod().key(),
                    one.pod().uid(),
                    EventType.WARNING,
                    "FailedScheduling",
                    one.message()))
        .toList();
  }

  private static boolean waitsStill(PodRef pod, Document document) {
    Pod decoded = document.as(Pod.class);
    return decoded.metadata().uid().equals(pod.uid()) && !decoded.isBound();
  }

  private static Tell scheduled(Bound bound) {
    return new Tell(
        bound.pod().key(),
        bound.pod().uid(),
        EventType.NORMAL,
        "Scheduled",
        "Successfully assigned " + bound.pod() + " to " + bound.node());
  }
}
