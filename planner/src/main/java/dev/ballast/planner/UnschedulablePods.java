package dev.ballast.planner;

import dev.ballast.control.plan.PodView;
import dev.ballast.control.plan.Profiles;
import dev.ballast.core.plan.Plan.Unplaced;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many pods find no node because of each kind of rule, as kube-scheduler's {@code
 * scheduler_unschedulable_pods} counts them: under the name of the plug-in that has the rule there,
 * and under every one that refused the pod a node. Figures may be read at any time; else one
 * thread.
 */
final class UnschedulablePods {

  private static final String GATES = "SchedulingGates";

  private record Cause(String plugin, String profile) {}

  private final Telemetry telemetry;
  private final List<Telemetry.Registered> figures = new ArrayList<>();
  private final Map<Cause, AtomicInteger> counts = new HashMap<>();
  private final Map<ObjectKey, List<AtomicInteger>> counted = new HashMap<>();

  UnschedulablePods(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /** The pod was tried, and these refused it. */
  void failed(PodView pod, Unplaced why) {
    left(why.pod().key());
    List<AtomicInteger> its =
        why.rules().stream().map(rule -> count(cause(rule.plugin(), pod.schedulerName()))).toList();
    its.forEach(AtomicInteger::incrementAndGet);
    counted.put(why.pod().key(), its);
  }

  /** The pod does not wait any more. */
  void left(ObjectKey pod) {
    List<AtomicInteger> its = counted.remove(pod);
    if (its != null) {
      its.forEach(AtomicInteger::decrementAndGet);
    }
  }

  /**
   * @param pods that have gates, by their scheduler's name
   */
  void gated(Map<String, Integer> pods) {
    Map<Cause, Integer> now = new HashMap<>();
    counts.keySet().stream()
        .filter(one -> one.plugin().equals(GATES))
        .forEach(one -> now.put(one, 0));
    pods.forEach((name, amount) -> now.merge(cause(GATES, name), amount, Integer::sum));
    now.forEach((cause, amount) -> count(cause).set(amount));
  }

  /** Shows them no more. */
  void close() {
    figures.forEach(Telemetry.Registered::close);
  }

  private static Cause cause(String plugin, String schedulerName) {
    return new Cause(plugin, schedulerName.isEmpty() ? Profiles.DEFAULT : schedulerName);
  }

  private AtomicInteger count(Cause cause) {
    return counts.computeIfAbsent(
        cause,
        fresh -> {
          AtomicInteger count = new AtomicInteger();
          figures.add(
              telemetry.gauge(
                  "scheduler_unschedulable_pods",
                  count::get,
                  "plugin",
                  fresh.plugin(),
                  "profile",
                  fresh.profile()));
          return count;
        });
  }
}
