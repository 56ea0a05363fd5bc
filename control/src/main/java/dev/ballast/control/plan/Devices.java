package dev.ballast.control.plan;

import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.resource.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The GPU devices of one node and how much of each is taken, in hundredths. Belongs to a {@link
 * NodeState}; {@link #take} may also be used for a while by who plans, and is taken back.
 */
public final class Devices {

  private int[] used = {};
  private int count;
  private final Map<ObjectKey, List<Integer>> holders = new HashMap<>();

  public int count() {
    return count;
  }

  /** What is left of a device; never negative. */
  public int free(int device) {
    return device < count ? Math.max(0, GpuDemand.FULL - used[device]) : 0;
  }

  /** The first devices that have enough, or fewer when there are not so many. */
  public List<Integer> firstFit(GpuDemand demand) {
    List<Integer> found = new ArrayList<>();
    for (int device = 0; device < count && found.size() < demand.devices(); device++) {
      if (free(device) >= demand.percent()) {
        found.add(device);
      }
    }
    return found;
  }

  public boolean fits(GpuDemand demand) {
    return demand.isNone() || firstFit(demand).size() == demand.devices();
  }

  /** Are these different devices with enough left for the demand? */
  public boolean fits(GpuDemand demand, List<Integer> devices) {
    return devices.size() == demand.devices()
        && devices.stream().distinct().count() == devices.size()
        && devices.stream().allMatch(device -> device >= 0 && free(device) >= demand.percent());
  }

  public void take(List<Integer> devices, int percent) {
    for (int device : devices) {
      if (device >= used.length) {
        used = Arrays.copyOf(used, device + 1);
      }
      used[device] += percent;
    }
  }

  /** The devices of a pod that is bound here. */
  public List<Integer> of(PodView pod) {
    return holders.getOrDefault(pod.ref().key(), List.of());
  }

  void count(int newCount) {
    count = newCount;
    used = Arrays.copyOf(used, Math.max(used.length, count));
  }

  /** A pod that says nothing of its devices is taken to have the first that fit. */
  void add(PodView pod) {
    GpuDemand demand = pod.shape().gpu();
    if (!demand.isNone()) {
      List<Integer> devices = pod.devices().isEmpty() ? firstFit(demand) : pod.devices();
      holders.put(pod.ref().key(), devices);
      take(devices, demand.percent());
    }
  }

  void remove(PodView pod) {
    List<Integer> devices = holders.remove(pod.ref().key());
    if (devices != null) {
      take(devices, -pod.shape().gpu().percent());
    }
  }
}
