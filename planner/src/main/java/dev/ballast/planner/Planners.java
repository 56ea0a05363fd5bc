package dev.ballast.planner;

import dev.ballast.control.plan.PlanApplier;
import dev.ballast.control.runner.EventQueue;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.core.action.Action.Tell;
import dev.ballast.core.model.Pod;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.planner.advice.Adviser;
import dev.ballast.planner.model.Precedence;
import java.util.List;
import java.util.function.Consumer;

/**
 * The planning of one cluster, wired: the loop and the applier. Run one of these in a cluster at a
 * time (on the leader); all of its methods are thread-safe.
 */
public final class Planners implements AutoCloseable {

  private final PlanApplier applier;
  private final Adviser adviser;
  private final PlannerLoop loop;
  private final Precedence precedence = new Precedence();

  /**
   * @param admitting the store that admits what controllers write
   * @param events takes Scheduled and FailedScheduling; must return soon
   */
  public Planners(
      ResourceStore admitting, Timers timers, Telemetry telemetry, Consumer<List<Tell>> events) {
    applier = new PlanApplier(admitting, timers, telemetry, events);
    adviser = new Adviser(admitting, applier, timers, telemetry);
    loop = new PlannerLoop(admitting, applier, adviser, timers, telemetry, precedence);
  }

  /** Writes events through the recorder, off the planner's thread. */
  public static Consumer<List<Tell>> recordedBy(EventRecorder recorder, Timers timers) {
    return new EventQueue(recorder, "default-scheduler", timers);
  }

  public void start() {
    loop.start();
    adviser.start();
  }

  /** See {@link PlannerLoop#tryOut}. */
  public Trial tryOut(List<Pod> pods) {
    return loop.tryOut(pods);
  }

  /** Taken while pods are planned: for whoever computes in the background. */
  public Precedence precedence() {
    return precedence;
  }

  /** What other planners hand their plans to. */
  public PlanApplier applier() {
    return applier;
  }

  @Override
  public void close() {
    loop.close();
    adviser.close();
    applier.close();
  }
}
