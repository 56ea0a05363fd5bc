package dev.ballast.planner.solve;

import dev.ballast.control.plan.Devices;
import dev.ballast.control.plan.NodeState;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What free GPU devices are still good for: the share of them that pods like those seen so far can
 * be expected to use. A pod goes where it takes least of that away, its own share aside: into holes
 * that fit nothing else, onto nodes whose processors are used up slowest, away from devices that
 * are whole. Pods without GPUs are judged the same way when they take processors from GPUs.
 *
 * <p>The worth of a remnant of a device is {@code P(r) · E[s + worth(r - s)]} over the shares s
 * that fit it, where P(r) grows with how often such a share is asked for; it comes with the
 * processors that these pods need, and a node that has less of those is worth that much less. A
 * tenth of the fragmentation measure of the FGD paper (USENIX ATC'23: the free devices that a
 * typical pod cannot use) is added: it knows of pods with many devices. One thread.
 */
final class GpuWorth {

  /** Relative frequency of shares at which a remnant is filled in one of two cases. */
  private static final double PATIENCE = 0.02;

  /** Seldom do the pods that come fill all devices: nodes should have processors to spare. */
  private static final double SPARE_CPU = 1.3;

  /** How well one gets by with too few processors, by choosing pods that need few. */
  private static final double FRUGALITY = 2;

  private static final double FRAGMENTATION = 0.1;
  private static final double TYPICAL = 0.97;
  private static final int MOST_TYPES = 64;

  /** Points per hundredth of a device. */
  private static final int POINTS = 1000;

  private record Type(long cpu, GpuDemand gpu) {}

  private record Typical(Type type, double share) {}

  private final Map<Type, Integer> seen = new HashMap<>();
  private final double[] worth = new double[GpuDemand.FULL + 1];
  private final double[] processors = new double[GpuDemand.FULL + 1];
  private List<Typical> typical = List.of();
  private long pods;
  private long digested;
  private int version;

  /** Changes when all costs did. */
  int version() {
    return version;
  }

  /** Pods that asked for a place: what comes is expected to be like them. */
  void observe(PodShape shape) {
    pods++;
    if (!shape.gpu().isNone()) {
      seen.merge(new Type(shape.amounts()[ResourceNames.CPU], shape.gpu()), 1, Integer::sum);
    }
    if (pods > digested + Math.max(64, digested / 3)) {
      digest();
    }
  }

  private void digest() {
    digested = pods;
    version++;
    double total = pods;
    for (int r = 1; r <= GpuDemand.FULL; r++) {
      double reach = 0;
      double used = 0;
      double cpu = 0;
      for (Map.Entry<Type, Integer> one : seen.entrySet()) {
        GpuDemand gpu = one.getKey().gpu();
        if (gpu.percent() <= r) {
          double share = one.getValue() / total;
          int left = r - gpu.percent();
          reach += share;
          used += share * (gpu.percent() + worth[left]);
          cpu += share * ((double) one.getKey().cpu() / gpu.devices() + processors[left]);
        }
      }
      worth[r] = reach == 0 ? 0 : used / (reach + PATIENCE);
      processors[r] = reach == 0 ? 0 : cpu / (reach + PATIENCE);
    }
    typical = mostSeen();
  }

  private List<Typical> mostSeen() {
    double all = seen.values().stream().mapToInt(Integer::intValue).sum();
    List<Typical> most = new ArrayList<>();
    double covered = 0;
    List<Map.Entry<Type, Integer>> sorted = new ArrayList<>(seen.entrySet());
    sorted.sort(
        Map.Entry.<Type, Integer>comparingByValue()
            .reversed()
            .thenComparing(one -> one.getKey().toString()));
    for (Map.Entry<Type, Integer> one : sorted) {
      if (covered > TYPICAL * all || most.size() == MOST_TYPES) {
        break;
      }
      covered += one.getValue();
      most.add(new Typical(one.getKey(), one.getValue() / (double) pods));
    }
    return most;
  }

  /**
   * Points that it costs to place the pod there, on the best devices; 0 on nodes without GPUs.
   *
   * @param cpu millicores that are free there
   */
  int cost(NodeState node, PodShape shape, long cpu) {
    return node.devices().count() == 0
        ? 0
        : (int) Math.clamp(POINTS * loss(node, shape, cpu), -1e9, 1e9);
  }

  /** Worth lost beyond what the pod itself uses, in hundredths of a device. */
  double loss(NodeState node, PodShape shape, long cpu) {
    int[] free = free(node);
    double before = value(cpu, free);
    place(free, best(node, shape, free, cpu), shape.gpu().percent());
    double after = value(cpu - shape.amounts()[ResourceNames.CPU], free);
    return before - after - shape.gpu().devices() * shape.gpu().percent();
  }

  /** The devices that the pod best gets there; none for a pod without GPUs. */
  List<Integer> devices(NodeState node, PodShape shape, long cpu) {
    return shape.gpu().isNone() ? List.of() : best(node, shape, free(node), cpu);
  }

  private List<Integer> best(NodeState node, PodShape shape, int[] free, long cpu) {
    GpuDemand gpu = shape.gpu();
    if (gpu.isNone() || gpu.percent() == GpuDemand.FULL) {
      return node.devices().firstFit(gpu);
    }
    double most = Double.NEGATIVE_INFINITY;
    int best = -1;
    for (int device = 0; device < free.length; device++) {
      if (free[device] >= gpu.percent() && !seenBefore(free, device)) {
        free[device] -= gpu.percent();
        double value = value(cpu - shape.amounts()[ResourceNames.CPU], free);
        free[device] += gpu.percent();
        if (value > most) {
          most = value;
          best = device;
        }
      }
    }
    return best < 0 ? List.of() : List.of(best);
  }

  private static boolean seenBefore(int[] free, int device) {
    for (int other = 0; other < device; other++) {
      if (free[other] == free[device]) {
        return true;
      }
    }
    return false;
  }

  private static void place(int[] free, List<Integer> devices, int percent) {
    devices.forEach(device -> free[device] -= percent);
  }

  private static int[] free(NodeState node) {
    Devices devices = node.devices();
    int[] free = new int[devices.count()];
    for (int device = 0; device < free.length; device++) {
      free[device] = devices.free(device);
    }
    return free;
  }

  private double value(long cpu, int[] free) {
    double worthOfAll = 0;
    double needed = 0;
    for (int left : free) {
      worthOfAll += worth[left];
      needed += processors[left];
    }
    needed *= SPARE_CPU;
    if (needed > 0 && cpu < needed) {
      double enough = Math.max(0, cpu) / needed;
      worthOfAll *= (1 - Math.exp(-FRUGALITY * enough)) / (1 - Math.exp(-FRUGALITY));
    }
    return worthOfAll - FRAGMENTATION * fragments(cpu, free);
  }

  /** Free devices that a typical pod cannot use. */
  private double fragments(long cpu, int[] free) {
    int total = 0;
    int whole = 0;
    int most = 0;
    for (int left : free) {
      total += left;
      whole += left == GpuDemand.FULL ? 1 : 0;
      most = Math.max(most, left);
    }
    double fragments = 0;
    for (Typical one : typical) {
      GpuDemand gpu = one.type().gpu();
      boolean full = gpu.percent() == GpuDemand.FULL;
      boolean fits =
          one.type().cpu() <= cpu && (full ? whole >= gpu.devices() : most >= gpu.percent());
      double unusable = total;
      if (fits && full) {
        unusable = total - (double) GpuDemand.FULL * whole;
      } else if (fits) {
        unusable = 0;
        for (int left : free) {
          unusable += left < gpu.percent() ? left : 0;
        }
      }
      fragments += one.share() * unusable;
    }
    return fragments;
  }
}
