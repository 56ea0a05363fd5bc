package dev.ballast.planner.optimize;

import dev.ballast.control.plan.Applied;
import dev.ballast.control.plan.PlanApplier;
import dev.ballast.control.plan.Replacement;
import dev.ballast.control.plan.StandIn;
import dev.ballast.core.action.Action.EventType;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Document;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.DeleteOptions;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.Write;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.planner.cluster.WholeCluster.Migration;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Carries moves out: creates replacements, and when one is ready evicts the pod that it replaces.
 * What is under way is told by the pods themselves, so whoever comes next goes on with it; what is
 * not begun yet is only remembered. One thread at a time.
 */
final class Migrating {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int SUFFIX = 5;
  private static final int LONGEST_NAME = 253;

  private final ResourceStore store;
  private final PlanApplier applier;
  private final Evictor evictor;
  private final Timers timers;
  private final Ids ids;
  private final Telemetry telemetry;
  private final Consumer<List<Tell>> events;

  private final Deque<Migration> waiting = new ArrayDeque<>();
  private final Deque<Long> begun = new ArrayDeque<>();

  /** Who took the place of whom, as long as a plan may speak of the one that was there first. */
  private final Map<PodRef, PodRef> heirs = new HashMap<>();

  private final Map<PodRef, String> refusals = new HashMap<>();
  private Set<PodRef> underWay = Set.of();
  private volatile int inFlight;
  private long done;
  private long takenBack;

  Migrating(
      ResourceStore store,
      PlanApplier applier,
      Evictor evictor,
      Timers timers,
      Ids ids,
      Telemetry telemetry,
      Consumer<List<Tell>> events) {
    this.store = store;
    this.applier = applier;
    this.evictor = evictor;
    this.timers = timers;
    this.ids = ids;
    this.telemetry = telemetry;
    this.events = events;
  }

  /** A plan, in place of any other. */
  void plan(List<Migration> moves) {
    waiting.clear();
    waiting.addAll(moves);
    heirs.clear();
  }

  void forget() {
    waiting.clear();
  }

  List<Migration> waiting() {
    return List.copyOf(waiting);
  }

  /** Any thread. */
  int inFlight() {
    return inFlight;
  }

  long done() {
    return done;
  }

  long takenBack() {
    return takenBack;
  }

  /** Goes on with what is under way. */
  void tend(Duration patience) {
    Set<PodRef> now = new HashSet<>();
    for (StandIn one : applier.standIns()) {
      if (!tend(one, patience)) {
        now.add(one.pod());
      }
    }
    for (PodRef before : underWay) {
      if (!now.contains(before)) {
        refusals.remove(before);
      }
    }
    underWay = now;
    inFlight = now.size();
  }

  /** True when it is over. */
  private boolean tend(StandIn one, Duration patience) {
    Document document = store.get(one.pod().key()).orElse(null);
    if (document == null) {
      return true;
    }
    Pod pod = document.as(Pod.class);
    if (!pod.metadata().uid().equals(one.pod().uid()) || pod.metadata().isDeleting()) {
      return true;
    }
    String refused = refusals.getOrDefault(one.pod(), "");
    return switch (Tending.of(pod, patience, refused, timers.now().wall())) {
      case Tending.Wait wait -> false;
      case Tending.Evict evict -> evict(one);
      case Tending.TakeBack back -> takeBack(one, document, back.why());
    };
  }

  private boolean evict(StandIn one) {
    Failure refusal = evictor.evict(one.replaced()).orElse(null);
    if (refusal != null) {
      refusals.put(one.pod(), "the disruption budget did not let the other one go");
      telemetry.count("ballast_optimizer_evictions_refused_total", 1);
      return false;
    }
    done++;
    count("done");
    tell(one.replaced(), EventType.NORMAL, "Replaced", one.pod() + " is ready and takes its place");
    return true;
  }

  private boolean takeBack(StandIn one, Document document, String why) {
    CommitResult result =
        store.commit(
            List.of(
                new Write.Delete(
                    one.pod().key(), document.revision(), DeleteOptions.ofUid(one.pod().uid()))));
    if (!(result instanceof CommitResult.Committed)) {
      return false;
    }
    takenBack++;
    count("taken_back");
    waiting.clear();
    tell(one.replaced(), EventType.WARNING, "ReplacementTakenBack", one.pod() + " goes: " + why);
    return true;
  }

  /**
   * Begins what may begin now.
   *
   * @return why the rest of the plan was given up; "" when it was not
   */
  String begin(int atOnce, int perMinute) {
    while (!waiting.isEmpty() && inFlight < atOnce && mayBegin(perMinute)) {
      Migration next = waiting.peek();
      PodRef subject = heirs.getOrDefault(next.pod().ref(), next.pod().ref());
      if (underWay.contains(subject)) {
        return ""; // it moves twice, and the first time is not over
      }
      Replacement replacement =
          new Replacement(subject, next.from(), next.to(), name(subject.key().name()));
      switch (applier.replace(replacement)) {
        case Replacement.Outcome.Made made -> {
          waiting.poll();
          heirs.put(next.pod().ref(), made.pod());
          begun(next, subject, made.pod());
        }
        case Replacement.Outcome.Dropped dropped -> {
          count("not_begun");
          if (inFlight > 0) {
            return ""; // what is under way may be in its way
          }
          if (dropped.reason() == Applied.Reason.POD_GONE) {
            waiting.poll();
            continue;
          }
          waiting.clear();
          return subject + " cannot be moved to " + next.to() + ": " + dropped.message();
        }
      }
    }
    return "";
  }

  private void begun(Migration move, PodRef subject, PodRef replacement) {
    begun.add(timers.now().monotonicNanos());
    Set<PodRef> now = new HashSet<>(underWay);
    now.add(replacement);
    underWay = now;
    inFlight = now.size();
    count("begun");
    tell(
        subject,
        EventType.NORMAL,
        "Replacing",
        "%s is made on %s before this one goes from %s: the cluster as a whole is better so"
            .formatted(replacement, move.to(), move.from()));
  }

  private boolean mayBegin(int perMinute) {
    long now = timers.now().monotonicNanos();
    while (!begun.isEmpty() && now - begun.peek() > MINUTE.toNanos()) {
      begun.poll();
    }
    return begun.size() < perMinute;
  }

  /** As the pod's controller would name it. */
  private String name(String pod) {
    int dash = pod.lastIndexOf('-');
    String stem = dash > 0 ? pod.substring(0, dash + 1) : pod + "-";
    return stem.substring(0, Math.min(stem.length(), LONGEST_NAME - SUFFIX)) + ids.suffix(SUFFIX);
  }

  private void count(String result) {
    telemetry.count("ballast_optimizer_moves_total", 1, "result", result);
  }

  private void tell(PodRef pod, EventType type, String reason, String message) {
    events.accept(List.of(new Tell(pod.key(), pod.uid(), type, reason, message)));
  }
}
