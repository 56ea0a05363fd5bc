package dev.ballast.control;

import dev.ballast.control.deployment.Deployments;
import dev.ballast.control.informer.Informers;
import dev.ballast.control.job.Jobs;
import dev.ballast.control.meta.KindNames;
import dev.ballast.control.replicaset.ReplicaSets;
import dev.ballast.control.runner.ActionApplier;
import dev.ballast.control.runner.Controller;
import dev.ballast.control.runner.ControllerRunner;
import dev.ballast.control.runner.ControllerSet;
import dev.ballast.control.runner.EventRecorder;
import dev.ballast.core.identity.Ids;
import dev.ballast.core.store.ResourceStore;
import dev.ballast.core.telemetry.Telemetry;
import dev.ballast.core.time.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
   */
  public record Config(String caPem, KindNames names) {
    public Config {
      Objects.requireNonNull(caPem, "caPem");
      Objects.requireNonNull(names, "names");
    }

    public static Config defaults(String caPem) {
      return new Config(caPem, KindNames.BUILT_IN);
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
    EventRecorder events = new EventRecorder(store, config.names(), timers, telemetry);
    ActionApplier applier = new ActionApplier(store, ids, config.names(), events);
    List<ControllerRunner<?>> runners = new ArrayList<>();
    for (Controller<?> controller : list(informers, config)) {
      runners.add(new ControllerRunner<>(controller, applier, timers, telemetry));
    }
    set = new ControllerSet(informers, runners);
  }

  private static List<Controller<?>> list(Informers informers, Config config) {
    return List.of(
        ReplicaSets.controller(informers),
        Deployments.controller(informers),
        Jobs.controller(informers));
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
