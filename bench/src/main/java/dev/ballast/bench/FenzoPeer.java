package dev.ballast.bench;

import com.netflix.fenzo.ConstraintEvaluator;
import com.netflix.fenzo.SchedulingResult;
import com.netflix.fenzo.TaskAssignmentResult;
import com.netflix.fenzo.TaskRequest;
import com.netflix.fenzo.TaskScheduler;
import com.netflix.fenzo.VMAssignmentResult;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.VirtualMachineLease;
import com.netflix.fenzo.plugins.BinPackingFitnessCalculators;
import com.netflix.fenzo.plugins.UniqueHostAttrConstraint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.Protos;

/**
 * Netflix's Fenzo on the same nodes and pods: bin packing by CPU and memory, batches of 256, what a
 * node has left offered anew after each, as its users do. Anti-affinity is its constraint of one
 * task of a group on a host.
 */
final class FenzoPeer {

  private static final int BATCH = 256;
  private static final double CPUS = 4;
  private static final double MEMORY_MB = 32 << 10;
  private static final double TASK_CPUS = 0.1;
  private static final double TASK_MB = 500;

  private FenzoPeer() {}

  /** Decisions a second, after a run to warm up. */
  static double rate(int nodes, int pods, boolean apart) {
    run(nodes, Math.min(pods, BATCH), apart);
    return run(nodes, pods, apart);
  }

  private static double run(int nodes, int pods, boolean apart) {
    TaskScheduler scheduler =
        new TaskScheduler.Builder()
            .withLeaseOfferExpirySecs(1_000_000)
            .withLeaseRejectAction(lease -> {})
            .withFitnessCalculator(BinPackingFitnessCalculators.cpuMemBinPacker)
            .disableShortfallEvaluation()
            .build();
    try {
      List<VirtualMachineLease> offers = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        offers.add(new Lease("node-" + i, 0, CPUS, MEMORY_MB));
      }
      scheduler.scheduleOnce(List.of(), offers);
      offers.clear();
      Set<String> group = new HashSet<>();
      Map<String, Integer> onNode = new HashMap<>();
      int placed = 0;
      long began = System.nanoTime();
      for (int from = 0; from < pods; from += BATCH) {
        List<Task> batch = new ArrayList<>();
        for (int i = from; i < Math.min(pods, from + BATCH); i++) {
          batch.add(new Task("pod-" + i, apart ? group : Set.of()));
          group.add("pod-" + i);
        }
        SchedulingResult result = scheduler.scheduleOnce(batch, offers);
        offers.clear();
        for (VMAssignmentResult one : result.getResultMap().values()) {
          for (TaskAssignmentResult task : one.getTasksAssigned()) {
            scheduler.getTaskAssigner().call(task.getRequest(), one.getHostname());
            placed++;
          }
          int there = onNode.merge(one.getHostname(), one.getTasksAssigned().size(), Integer::sum);
          offers.add(
              new Lease(
                  one.getHostname(), there, CPUS - there * TASK_CPUS, MEMORY_MB - there * TASK_MB));
        }
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      if (placed != pods) {
        throw new IllegalStateException("Fenzo placed " + placed + " of " + pods);
      }
      return pods / seconds;
    } finally {
      scheduler.shutdown();
    }
  }

  /** What is left of a node; the number tells one offer from the next. */
  private record Lease(String hostname, int number, double cpuCores, double memoryMB)
      implements VirtualMachineLease {

    @Override
    public String getId() {
      return hostname + "/" + number;
    }

    @Override
    public long getOfferedTime() {
      return 0;
    }

    @Override
    public String getVMID() {
      return hostname;
    }

    @Override
    public double networkMbps() {
      return 0;
    }

    @Override
    public double diskMB() {
      return 0;
    }

    @Override
    public List<Range> portRanges() {
      return List.of();
    }

    @Override
    public Protos.Offer getOffer() {
      return null;
    }

    @Override
    public Map<String, Protos.Attribute> getAttributeMap() {
      return Collections.emptyMap(); // Fenzo asks for null keys
    }

    @Override
    public Double getScalarValue(String name) {
      return 0.0;
    }

    @Override
    public Map<String, Double> getScalarValues() {
      return Collections.emptyMap(); // Fenzo asks for null keys
    }
  }

  private static final class Task implements TaskRequest {

    private final String id;
    private final List<ConstraintEvaluator> constraints;
    private AssignedResources assigned;

    Task(String id, Set<String> apartFrom) {
      this.id = id;
      this.constraints =
          apartFrom.isEmpty() ? List.of() : List.of(new UniqueHostAttrConstraint(one -> apartFrom));
    }

    @Override
    public String getId() {
      return id;
    }

    @Override
    public String taskGroupName() {
      return "bench";
    }

    @Override
    public double getCPUs() {
      return TASK_CPUS;
    }

    @Override
    public double getMemory() {
      return TASK_MB;
    }

    @Override
    public double getNetworkMbps() {
      return 0;
    }

    @Override
    public double getDisk() {
      return 0;
    }

    @Override
    public int getPorts() {
      return 0;
    }

    @Override
    public Map<String, Double> getScalarRequests() {
      return Collections.emptyMap(); // Fenzo asks for null keys
    }

    @Override
    public Map<String, NamedResourceSetRequest> getCustomNamedResources() {
      return Collections.emptyMap(); // Fenzo asks for null keys
    }

    @Override
    public List<ConstraintEvaluator> getHardConstraints() {
      return constraints;
    }

    @Override
    public List<VMTaskFitnessCalculator> getSoftConstraints() {
      return List.of();
    }

    @Override
    public void setAssignedResources(AssignedResources resources) {
      assigned = resources;
    }

    @Override
    public AssignedResources getAssignedResources() {
      return assigned;
    }
  }
}
