package dev.ballast.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.identity.User;
import dev.ballast.core.plan.PodRef;
import dev.ballast.core.resource.Json;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.Resources;
import dev.ballast.planner.Planners;
import dev.ballast.planner.optimize.OptimizerLoop;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The background optimiser, wired: it thinks on one thread of its own, and evicts as people do. */
final class Optimizing {

  private static final int NOT_FOUND = 404;

  /** What every part of the control plane is given. */
  record Surroundings(
      Timers timers, Ids ids, Random random, Telemetry telemetry, EventRecorder events) {}

  private Optimizing() {}

  static AutoCloseable start(
      ResourceStore admitting, Planners planners, Resources resources, Surroundings around) {
    Parts parts = new Parts();
    ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("optimizer").factory());
    parts.add(thread);
    OptimizerLoop loop =
        parts.add(
            new OptimizerLoop(
                admitting,
                planners.applier(),
                pod -> evict(resources, pod),
                around.timers(),
                around.ids(),
                around.telemetry(),
                tells ->
                    around
                        .timers()
                        .execute(
                            () ->
                                tells.forEach(
                                    tell -> around.events().tell("ballast-optimizer", tell))),
                new OptimizerLoop.Thinking(thread, 0, around.random(), planners.precedence())));
    loop.start();
    return parts;
  }

  /** Through the eviction subresource, so that disruption budgets are charged; of that pod only. */
  static Optional<Failure> evict(Resources resources, PodRef pod) {
    ObjectNode body = Json.object().put("apiVersion", "policy/v1").put("kind", "Eviction");
    body.putObject("metadata")
        .put("name", pod.key().name())
        .put("namespace", pod.key().namespace());
    body.putObject("deleteOptions").putObject("preconditions").put("uid", pod.uid());
    Resources.Outcome outcome =
        resources.evict(
            pod.key().namespace(),
            pod.key().name(),
            body,
            Resources.WriteOptions.by(User.CONTROL_PLANE));
    return switch (outcome) {
      case Resources.Outcome.Failed failed ->
          failed.failure().code() == NOT_FOUND ? Optional.empty() : Optional.of(failed.failure());
      case Resources.Outcome.Stored stored -> Optional.empty();
      case Resources.Outcome.Removed removed -> Optional.empty();
    };
  }
}
