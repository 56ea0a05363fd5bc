package dev.ballast.planner.optimize;

import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.plan.ClusterFeed;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PlanApplier;
import dev.ballast.control.plan.PodView;
import dev.ballast.control.plan.PodViews;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.store.StoreUnavailableException;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Now;
import dev.ballast.core.time.Timers;
import dev.ballast.planner.cluster.Proposal;
import dev.ballast.planner.cluster.Terms;
import dev.ballast.planner.model.Precedence;
import dev.ballast.planner.optimize.OptimizerView.Mode;
import dev.ballast.planner.solve.global.GlobalSolver;
import dev.ballast.planner.solve.global.GlobalSolver.Effort;
import dev.ballast.planner.solve.global.GlobalSolver.Manner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Improves the cluster in the background, as far as the Optimizer named {@value #NAME} lets it:
 * without one it does nothing but end what is under way.
 *
 * <p>Level-triggered: each round looks at the pods that are being moved, goes on with them, begins
 * what the plan has next, and makes a new plan when its time has come. Killed at any line, the next
 * leader's loop finds moves under way in the pods and ends them; a plan that was not begun is made
 * anew. Rounds run one at a time, off the fast path's thread.
 */
public final class OptimizerLoop implements AutoCloseable {

  public static final String NAME = "default";

  private static final Logger LOG = LoggerFactory.getLogger(OptimizerLoop.class);
  private static final ObjectKey KEY = ObjectKey.cluster(ResourceType.OPTIMIZERS, NAME);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration BUSY = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int TIED_MOVES = 100;

  /**
   * How to think.
   *
   * @param executor runs the solver: one platform thread will do
   * @param steps 0 to think for as long as the Optimizer says, else so many moves, which a
   *     simulation can repeat
   * @param random which of equal moves is looked at first
   * @param precedence who goes before it
   */
  public record Thinking(Executor executor, long steps, Random random, Precedence precedence) {}

  private final ResourceStore store;
  private final Timers timers;
  private final Thinking thinking;
  private final PodViews views;
  private final OptimizerMetrics metrics;
  private final Migrating migrating;
  private final GlobalSolver solver;
  private final AtomicBoolean awake = new AtomicBoolean();
  private ClusterSnapshot snapshot;
  private ClusterFeed feed;
  private Proposal proposal;
  private String planned = "";
  private String givenUp = "";
  private Now lastPlan;
  private volatile long generation = -1;
  private long rounds;
  private Timers.Scheduled alarm = () -> {};
  private volatile boolean closed;

  public OptimizerLoop(
      ResourceStore store,
      PlanApplier applier,
      Evictor evictor,
      Timers timers,
      Ids ids,
      Telemetry telemetry,
      Consumer<List<Tell>> events,
      Thinking thinking) {
    this.store = store;
    this.timers = timers;
    this.thinking = thinking;
    this.views = applier.views();
    this.migrating = new Migrating(store, applier, evictor, timers, ids, telemetry, events);
    this.metrics = new OptimizerMetrics(telemetry, migrating::inFlight);
    this.solver =
        new GlobalSolver(
            () -> timers.now().monotonicNanos(), thinking.executor(), 1, thinking.precedence());
  }

  public void start() {
    timers.execute(this::wake);
  }

  /** Ends a search that runs, and the rounds. */
  @Override
  public void close() {
    closed = true;
    solver.interrupt();
    timers.execute(this::wake);
  }

  private synchronized void wake() {
    awake.set(false);
    alarm.cancel();
    if (closed) {
      rest();
      metrics.close();
      return;
    }
    Duration next = IDLE;
    try {
      next = round();
    } catch (StoreUnavailableException e) {
      LOG.info("the store cannot answer, the optimiser goes on in {}: {}", next, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a round of the optimiser failed, the next one is in {}", next, e);
      metrics.failedRound();
    }
    alarm = timers.schedule(next, this::wake);
  }

  /** While pods move, what happens to them is looked at soon. */
  private void changed() {
    if (!closed && migrating.inFlight() > 0 && awake.compareAndSet(false, true)) {
      timers.schedule(SOON, this::wake);
    }
  }

  /** When to look again. */
  private Duration round() {
    Optional<Document> document = store.get(KEY);
    OptimizerView view = document.map(one -> one.as(OptimizerView.class)).orElse(null);
    Mode mode = view == null ? Mode.OFF : view.mode();
    migrating.tend(view == null ? PATIENCE : view.readyTimeout());
    if (mode == Mode.OFF) {
      rest();
      return migrating.inFlight() > 0 ? BUSY : IDLE;
    }
    follow();
    if (view.metadata().generation() != generation) {
      generation = view.metadata().generation();
      migrating.forget();
      lastPlan = null;
    }
    if (mode == Mode.ACT) {
      begin(view);
    }
    if (migrating.inFlight() == 0 && due(view)) {
      propose(view);
      if (!isAsked()) {
        rest();
        return BUSY;
      }
      if (mode == Mode.ACT) {
        migrating.plan(proposal.moves());
        begin(view);
      }
    }
    report(document.get(), view, mode);
    return migrating.inFlight() > 0 || !migrating.waiting().isEmpty() ? BUSY : IDLE;
  }

  private void begin(OptimizerView view) {
    String why = migrating.begin(view.atOnce(), view.perMinute());
    if (!why.isEmpty()) {
      LOG.info("a plan is given up: {}", why);
      givenUp = why;
      metrics.givenUp();
    }
  }

  private boolean due(OptimizerView view) {
    return lastPlan == null || timers.now().since(lastPlan).compareTo(view.interval()) >= 0;
  }

  private void propose(OptimizerView view) {
    Now now = timers.now();
    Effort effort = new Effort(view.solve(), ++rounds, Manner.FROM_HERE, thinking.steps());
    Instant wall = now.wall();
    Terms terms =
        new Terms(view.goal(), view.disruption(), pod -> mayMove(pod, view.minAge(), wall));
    AtomicBoolean solving = new AtomicBoolean(true);
    timers.schedule(BUSY, () -> endIfNotAsked(solving));
    try {
      proposal =
          Proposal.of(
              snapshot,
              terms,
              problem -> solver.solve(problem, problem.start(), effort, p -> {}).placement(),
              TIED_MOVES,
              thinking.random());
    } finally {
      solving.set(false);
    }
    lastPlan = timers.now();
    planned = Report.text(now);
    givenUp = "";
    metrics.proposed(proposal, timers.now().since(now));
  }

  /** Whoever takes the Optimizer back, or changes it, does not wait for a long search. */
  private void endIfNotAsked(AtomicBoolean solving) {
    if (!solving.get() || closed) {
      return;
    }
    try {
      if (!isAsked()) {
        solver.stop();
      }
    } catch (StoreUnavailableException e) {
      LOG.debug("whether the search is still asked for is looked at again", e);
    }
    timers.schedule(BUSY, () -> endIfNotAsked(solving));
  }

  /** Whether the Optimizer is still as it was when this round began. */
  private boolean isAsked() {
    return store
        .get(KEY)
        .map(one -> one.as(OptimizerView.class))
        .filter(view -> view.mode() != Mode.OFF && view.metadata().generation() == generation)
        .isPresent();
  }

  private static boolean mayMove(PodView pod, Duration minAge, Instant now) {
    return pod.tie() == PodView.Tie.REPLACEABLE
        && !pod.deleting()
        && pod.gang().isEmpty()
        && Rfc3339.age(pod.created(), now).compareTo(minAge) >= 0;
  }

  private void report(Document document, OptimizerView view, Mode mode) {
    if (proposal == null) {
      return;
    }
    new Report(
            proposal,
            planned,
            mode == Mode.ACT ? migrating.waiting() : proposal.moves(),
            givenUp,
            migrating.inFlight(),
            migrating.done(),
            migrating.takenBack())
        .into(document, view, timers.now())
        .ifPresent(write -> store.commit(List.of(write)));
  }

  private void follow() {
    if (feed == null) {
      snapshot = new ClusterSnapshot(views);
      feed = new ClusterFeed(store, snapshot, this::changed);
    }
    feed.drain();
  }

  private void rest() {
    migrating.forget();
    proposal = null;
    lastPlan = null;
    generation = -1;
    if (feed != null) {
      feed.close();
      feed = null;
      snapshot = null;
    }
  }
}
