package dev.ballast.app;

import dev.ballast.control.Controllers;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.model.Pod;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.planner.Planners;
import dev.ballast.planner.Trial;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** What only the leading member runs: controllers, planner, optimiser. */
final class LeaderWork {

  private final AdmittingStore everywhere;
  private final AdmittedResources resources;
  private final Controllers.Config served;
  private final Timers timers;
  private final Ids ids;
  private final Random random;
  private final Telemetry telemetry;
  private final Supplier<Optional<Failure>> firstObjects;

  /** Null while another member plans. */
  private volatile Planners planning;

  /**
   * @param firstObjects makes what a cluster cannot be without; empty when it is there
   */
  LeaderWork(
      AdmittingStore store,
      AdmittedResources resources,
      Controllers.Config served,
      Timers timers,
      Ids ids,
      Random random,
      Telemetry telemetry,
      Supplier<Optional<Failure>> firstObjects) {
    this.everywhere = store;
    this.resources = resources;
    this.served = served;
    this.timers = timers;
    this.ids = ids;
    this.random = random;
    this.telemetry = telemetry;
    this.firstObjects = firstObjects;
  }

  /**
   * Runs until what it returns is closed.
   *
   * @param leading takes commits while this member leads
   */
  AutoCloseable start(ResourceStore leading) {
    AdmittingStore store = everywhere.through(leading);
    Parts running = new Parts();
    running.add(new Controllers(store, timers, ids, telemetry, served)).start();
    EventRecorder events = new EventRecorder(store, KindNames.BUILT_IN, timers, telemetry);
    Planners planners =
        running.add(new Planners(store, timers, telemetry, Planners.recordedBy(events, timers)));
    planners.start();
    planning = planners;
    running.add(() -> planning = null);
    running.add(
        Optimizing.start(
            store,
            planners,
            resources.through(leading),
            new Optimizing.Surroundings(timers, ids, random, telemetry, events)));
    running.add(new FirstObjects(firstObjects, timers)).start();
    return running;
  }

  /** What the pods would get now; on any member. */
  Trial tryOut(List<Pod> pods) {
    Planners here = planning;
    return here == null ? Trial.on(everywhere, pods) : here.tryOut(pods);
  }
}
