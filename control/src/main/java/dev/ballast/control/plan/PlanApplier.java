package dev.ballast.control.plan;

import dev.ballast.control.plan.Applied.Bound;
import dev.ballast.control.plan.Applied.Dropped;
import dev.ballast.control.plan.Applied.Reason;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final ClusterSnapshot state = new ClusterSnapshot();
  private final ClusterFeed feed;

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

  /**
   * Binds what still holds, and marks what the planner could not place. Returns when it is durable.
   *
   * @throws StoreUnavailableException when the store cannot answer; nothing of the plan may be
   *     assumed done, or not done: the next state tells
   */
  public Applied apply(Plan plan) {
    List<Dropped> dropped = new ArrayList<>();
    List<Bound> bound = new ArrayList<>();
    lock.lock();
    try {
      feed.drain();
      commit(checked(plan, dropped), bound, dropped);
      bound.forEach(one -> state.podBound(one.pod(), one.node(), one.revision()));
    } finally {
      lock.unlock();
    }
    telemetry.count("ballast_plan_bindings_total", bound.size(), "result", "bound");
    for (Dropped one : dropped) {
      telemetry.count("ballast_plan_bindings_total", 1, "result", one.reason().name());
    }
    List<Tell> tells = new ArrayList<>(bound.stream().map(PlanApplier::scheduled).toList());
    tells.addAll(mark(plan.unplaced()));
    if (!tells.isEmpty()) {
      events.accept(tells);
    }
    return new Applied(bound, dropped);
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

  private Map<ObjectKey, Staged> checked(Plan plan, List<Dropped> dropped) {
    Instant now = timers.now().wall();
    PlanCheck check = new PlanCheck(state);
    Map<ObjectKey, Staged> staged = new LinkedHashMap<>();
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
        staged.put(key, new Staged(binding, PodPatches.bind(pod, binding.node(), now)));
      }
    }
    return staged;
  }

  private record Staged(Plan.Binding binding, Write write) {}

  /** All in one commit; whoever is in its way is dropped, and the rest tried again. */
  private void commit(Map<ObjectKey, Staged> staged, List<Bound> bound, List<Dropped> dropped) {
    while (!staged.isEmpty()) {
      List<Staged> batch = List.copyOf(staged.values());
      switch (store.commit(batch.stream().map(Staged::write).toList())) {
        case CommitResult.Committed committed -> {
          for (Staged one : batch) {
            bound.add(new Bound(one.binding().pod(), one.binding().node(), committed.revision()));
          }
          return;
        }
        case CommitResult.Conflict conflict ->
            drop(staged, conflict.key(), Reason.POD_CHANGED, "the pod just changed", dropped);
        case CommitResult.NotFound notFound ->
            drop(staged, notFound.key(), Reason.POD_GONE, "the pod is gone", dropped);
        case CommitResult.AlreadyExists exists ->
            throw new IllegalStateException("a binding creates nothing: " + exists);
        case CommitResult.Refused refused -> {
          refusedSome(staged, refused, bound, dropped);
          return;
        }
        case CommitResult.Unavailable unavailable -> {
          for (ObjectKey key : List.copyOf(staged.keySet())) {
            drop(staged, key, Reason.UNAVAILABLE, unavailable.reason(), dropped);
          }
        }
      }
    }
  }

  /** A refusal does not say whom it meant: halve until it does. */
  private void refusedSome(
      Map<ObjectKey, Staged> staged,
      CommitResult.Refused refused,
      List<Bound> bound,
      List<Dropped> dropped) {
    List<ObjectKey> keys = List.copyOf(staged.keySet());
    if (keys.size() == 1) {
      drop(staged, keys.getFirst(), Reason.REFUSED, refused.failure().message(), dropped);
      return;
    }
    for (List<ObjectKey> half :
        List.of(keys.subList(0, keys.size() / 2), keys.subList(keys.size() / 2, keys.size()))) {
      Map<ObjectKey, Staged> part = new LinkedHashMap<>();
      half.forEach(key -> part.put(key, staged.get(key)));
      commit(part, bound, dropped);
    }
  }

  private static void drop(
      Map<ObjectKey, Staged> staged,
      ObjectKey key,
      Reason reason,
      String message,
      List<Dropped> dropped) {
    Staged out = staged.remove(key);
    if (out == null) {
      throw new IllegalStateException("the store names " + key + ", which was not written");
    }
    dropped.add(new Dropped(out.binding(), reason, message));
  }

  /** Writes the condition where it is new; returns what there is to tell of it. */
  private List<Tell> mark(List<Plan.Unplaced> unplaced) {
    Instant now = timers.now().wall();
    List<Tell> tells = new ArrayList<>();
    for (Plan.Unplaced one : unplaced) {
      Optional<Document> pod = store.get(one.pod().key()).filter(d -> isStill(one.pod(), d));
      Optional<Write> write = pod.flatMap(d -> PodPatches.unschedulable(d, one.message(), now));
      // Whoever changed the pod meanwhile made it worth another look, which will mark it.
      if (write.isPresent() && store.commit(write.get()) instanceof CommitResult.Committed) {
        tells.add(
            new Tell(
                one.pod().key(),
                one.pod().uid(),
                EventType.WARNING,
                "FailedScheduling",
                one.message()));
      }
    }
    return tells;
  }

  private static boolean isStill(PodRef pod, Document document) {
    var tree = document.tree();
    return tree.at("/metadata/uid").asText().equals(pod.uid())
        && tree.at("/spec/nodeName").asText().isEmpty();
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
