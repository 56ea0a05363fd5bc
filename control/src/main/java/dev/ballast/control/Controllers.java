package dev.ballast.control;

import dev.ballast.control.account.NamespaceGifts;
import dev.ballast.control.budget.Budgets;
import dev.ballast.control.deployment.Deployments;
import dev.ballast.control.endpoints.ServiceEndpoints;
import dev.ballast.control.event.EventExpiry;
import dev.ballast.control.garbage.GarbageCollector;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.job.Jobs;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.meta.KindNames.KindName;
import dev.ballast.control.meta.Meta;
import dev.ballast.control.namespace.Namespaces;
import dev.ballast.control.node.Nodes;
import dev.ballast.control.podgc.FinishedPods;
import dev.ballast.control.replicaset.ReplicaSets;
import dev.ballast.control.runner.ActionApplier;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.ControllerRunner;
import dev.ballast.control.runner.ControllerSet;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.control.volume.PersistentVolumes;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All controllers of the control plane, wired. Made anew for each term of leadership; started and
 * closed once.
 */
public final class Controllers implements AutoCloseable {

  /**
   * What differs between installations.
   *
   * @param caPem the cluster's CA certificate, which every namespace gets in {@code
   *     kube-root-ca.crt}
   * @param names every kind that is served
   * @param collected kinds whose owner references are followed
   * @param namespaced kinds that live in namespaces
   * @param nodeGrace how long a node may be silent
   * @param eventsKept how long an Event stays after it last happened
   * @param finishedPodsKept how many Succeeded and Failed pods stay
   */
  public record Config(
      String caPem,
      KindNames names,
      Set<ResourceType> collected,
      Set<ResourceType> namespaced,
      Duration nodeGrace,
      Duration eventsKept,
      int finishedPodsKept) {

    /** Too many and too short-lived to be worth following. */
    private static final Set<ResourceType> NOT_COLLECTED =
        Set.of(ResourceType.EVENTS, ResourceType.LEASES);

    /**
     * With Kubernetes' periods and numbers.
     *
     * @param kinds every kind that can be listed and deleted
     */
    public static Config of(
        String caPem, Map<ResourceType, KindName> kinds, Set<ResourceType> namespaced) {
      Set<ResourceType> collected = new LinkedHashSet<>(kinds.keySet());
      collected.removeAll(NOT_COLLECTED);
      return new Config(
          caPem,
          new KindNames(kinds),
          collected,
          namespaced,
          Duration.ofSeconds(40),
          Duration.ofHours(1),
          12_500);
    }
  }

  private final Informers informers;
  private final ControllerSet set;

  /**
   * @param store one that admits: what controllers write through
   */
  public Controllers(
      ResourceStore store, Timers timers, Ids ids, Telemetry telemetry, Config config) {
    informers = new Informers(store, timers, telemetry);
    informers.derive(ResourceType.PODS, Meta.class, Pod.class, pod -> new Meta(pod.metadata()));
    informers.derive(ResourceType.NODES, Meta.class, Node.class, node -> new Meta(node.metadata()));
    EventRecorder events = new EventRecorder(store, config.names(), timers, telemetry);
    ActionApplier applier = new ActionApplier(store, ids, config.names(), events);
    List<ControllerRunner<?>> runners = new ArrayList<>();
    for (Controller<?> controller : list(informers, timers, config)) {
      runners.add(new ControllerRunner<>(controller, applier, timers, telemetry));
    }
    set = new ControllerSet(informers, runners);
  }

  private static List<Controller<?>> list(Informers informers, Timers timers, Config config) {
    List<Controller<?>> all = new ArrayList<>();
    all.add(ReplicaSets.controller(informers));
    all.add(Deployments.controller(informers));
    all.add(Jobs.controller(informers));
    all.addAll(ServiceEndpoints.controllers(informers));
    all.add(GarbageCollector.controller(informers, config.names(), config.collected()));
    all.add(Namespaces.controller(informers, config.namespaced()));
    all.add(NamespaceGifts.controller(informers, config.caPem()));
    all.addAll(Nodes.controllers(informers, timers, config.nodeGrace()));
    all.add(Budgets.controller(informers));
    all.add(EventExpiry.controller(informers, config.eventsKept()));
    all.addAll(PersistentVolumes.controllers(informers));
    all.add(FinishedPods.controller(informers, config.finishedPodsKept()));
    return all;
  }

  /** The shared caches; others in this process may read them too. */
  public Informers informers() {
    return informers;
  }

  public void start() {
    set.start();
  }

  @Override
  public void close() {
    set.close();
  }
}
