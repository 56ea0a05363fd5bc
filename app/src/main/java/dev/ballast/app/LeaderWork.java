package dev.ballast.app;

import dev.ballast.control.Controllers;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.status.Failure;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import dev.ballast.elasticpool.claim.NodePools;
import dev.ballast.elasticpool.claim.Providers;
import dev.ballast.elasticpool.claim.Providers.Provider;
import dev.ballast.elasticpool.kwok.Host;
import dev.ballast.elasticpool.kwok.KwokProvider;
import dev.ballast.kinds.Resources;
import dev.ballast.kinds.engine.AdmittedResources;
import dev.ballast.kinds.engine.AdmittingStore;
import dev.ballast.planner.Planners;
import dev.ballast.planner.Trial;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** What only the leading member runs: controllers, pools, planner, optimiser. */
final class LeaderWork {

  private final AdmittingStore everywhere;
  private final AdmittedResources resources;
  private final Controllers.Config served;
  private final Timers timers;
  private final Ids ids;
  private final Random random;
  private final Telemetry telemetry;
  private final Supplier<Optional<Failure>> firstObjects;
  private final Supplier<List<Host>> hosts;

  /** Null while another member plans. */
  private volatile Planners planning;

  /**
   * @param firstObjects makes what a cluster cannot be without; empty when it is there
   * @param hosts the members, as far as simulated machines go
   */
  LeaderWork(
      AdmittingStore store,
      AdmittedResources resources,
      Controllers.Config served,
      Timers timers,
      Ids ids,
      Random random,
      Telemetry telemetry,
      Supplier<Optional<Failure>> firstObjects,
      Supplier<List<Host>> hosts) {
    this.everywhere = store;
    this.resources = resources;
    this.served = served;
    this.timers = timers;
    this.ids = ids;
    this.random = random;
    this.telemetry = telemetry;
    this.firstObjects = firstObjects;
    this.hosts = hosts;
  }

  /**
   * Runs until what it returns is closed.
   *
   * @param leading takes commits while this member leads
   */
  AutoCloseable start(ResourceStore leading) {
    AdmittingStore store = everywhere.through(leading);
    Parts running = new Parts();
    Controllers controllers = running.add(new Controllers(store, timers, ids, telemetry, served));
    controllers.start();
    EventRecorder events = new EventRecorder(store, KindNames.BUILT_IN, timers, telemetry);
    running.add(pools(store, resources.through(leading), controllers.informers())).start();
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

  private NodePools pools(AdmittingStore store, Resources writing, Informers informers) {
    Provider simulated =
        new Provider(
            "karpenter.kwok.sh",
            "KWOKNodeClass",
            ResourceType.KWOK_NODE_CLASSES,
            new KwokProvider(store, hosts, timers));
    return new NodePools(
        new Providers(List.of(simulated)),
        pod -> Optimizing.evict(writing, pod),
        new NodePools.Surroundings(
            informers,
            store,
            served.names(),
            new EventRecorder(store, served.names(), timers, telemetry),
            timers,
            ids,
            telemetry));
  }

  /** What the pods would get now; on any member. */
  Trial tryOut(List<Pod> pods) {
    Planners here = planning;
    return here == null ? Trial.on(everywhere, pods) : here.tryOut(pods);
  }
}
