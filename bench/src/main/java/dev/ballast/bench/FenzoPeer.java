package dev.ballast.bench;

import com.netflix.fenzo.ConstraintEvaluator;
import com.netflix.fenzo.SchedulingResult;
import com.netflix.fenzo.TaskAssignmentResult;
import com.netflix.fenzo.TaskRequest;
import com.netflix.fenzo.TaskScheduler;
import com.netflix.fenzo.VMAssignmentResult;
import com.netflix.fenzo.VMTaskFitnessCalculator;
import com.netflix.fenzo.VirtualMachineLease;
import com.netflix.fenzo.plugins.BalancedHostAttrConstraint;
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
 * task of a group on a host, spread its constraint of balanced attributes, taken as a hard one: no
 * zone may be one ahead of another.
 *
 * <p>Both look up every other task of the group for every host that they judge, so that a pod costs
 * nodes times pods and a thousand pods take minutes. Hence a limit of time: the figure is that of
 * the pods placed within it, which flatters the peer, for the first are its fastest.
 */
final class FenzoPeer {

  /** What its tasks ask of each other. */
  enum Rule {
    NONE,
    APART,
    EVEN
  }

  /**
   * @param perSecond decisions
   * @param decisions how many were taken within the limit
   */
  record Rate(double perSecond, int decisions) {}

  private static final int BATCH = 256;

  /** Of tasks that have rules: so that the limit can be kept. */
  private static final int SMALL_BATCH = 32;

  private static final double CPUS = 4;
  private static final double MEMORY_MB = 32 << 10;
  private static final double TASK_CPUS = 0.1;
  private static final double TASK_MB = 500;
  private static final String ZONE = "zone";
  private static final int ZONES = 3;

  private final int nodes;
  private final Rule rule;
  private final Set<String> group = new HashSet<>();
  private final Map<String, Integer> onNode = new HashMap<>();
  private final List<VirtualMachineLease> offers = new ArrayList<>();

  private FenzoPeer(int nodes, Rule rule) {
    this.nodes = nodes;
    this.rule = rule;
  }

  /** After a run to warm up; both end after so many seconds at most. */
  static Rate rate(int nodes, int pods, Rule rule, int seconds) {
    new FenzoPeer(nodes, rule).run(Math.min(pods, BATCH), seconds);
    return new FenzoPeer(nodes, rule).run(pods, seconds);
  }

  private Rate run(int pods, int seconds) {
    TaskScheduler scheduler =
        new TaskScheduler.Builder()
            .withLeaseOfferExpirySecs(1_000_000)
            .withLeaseRejectAction(lease -> {})
            .withFitnessCalculator(BinPackingFitnessCalculators.cpuMemBinPacker)
            .disableShortfallEvaluation()
            .build();
    try {
      for (int i = 0; i < nodes; i++) {
        offers.add(lease("node-" + i, 0));
      }
      scheduler.scheduleOnce(List.of(), offers);
      offers.clear();
      int most = rule == Rule.NONE ? BATCH : SMALL_BATCH;
      int decided = 0;
      int placed = 0;
      long began = System.nanoTime();
      while (decided < pods && System.nanoTime() - began < seconds * 1_000_000_000L) {
        int size = Math.min(most, pods - decided);
        placed += batch(scheduler, decided, size);
        decided += size;
      }
      double took = (System.nanoTime() - began) / 1e9;
      if (placed != decided) {
        throw new IllegalStateException("Fenzo placed " + placed + " of " + decided);
      }
      return new Rate(decided / took, decided);
    } finally {
      scheduler.shutdown();
    }
  }

  /** How many of them it placed. */
  private int batch(TaskScheduler scheduler, int from, int size) {
    List<Task> batch = new ArrayList<>();
    for (int i = from; i < from + size; i++) {
      batch.add(new Task("pod-" + i, constraints()));
      group.add("pod-" + i);
    }
    SchedulingResult result = scheduler.scheduleOnce(batch, offers);
    offers.clear();
    int placed = 0;
    for (VMAssignmentResult one : result.getResultMap().values()) {
      for (TaskAssignmentResult task : one.getTasksAssigned()) {
        scheduler.getTaskAssigner().call(task.getRequest(), one.getHostname());
        placed++;
      }
      int there = onNode.merge(one.getHostname(), one.getTasksAssigned().size(), Integer::sum);
      offers.add(lease(one.getHostname(), there));
    }
    return placed;
  }

  private List<ConstraintEvaluator> constraints() {
    return switch (rule) {
      case NONE -> List.of();
      case APART -> List.of(new UniqueHostAttrConstraint(one -> group));
      case EVEN -> List.of(new BalancedHostAttrConstraint(one -> group, ZONE, ZONES));
    };
  }

  private static Lease lease(String node, int tasks) {
    int zone = Integer.parseInt(node.substring("node-".length())) % ZONES;
    return new Lease(
        node, tasks, CPUS - tasks * TASK_CPUS, MEMORY_MB - tasks * TASK_MB, attributes(zone));
  }

  private static Map<String, Protos.Attribute> attributes(int zone) {
    Protos.Attribute attribute =
        Protos.Attribute.newBuilder()
            .setName(ZONE)
            .setType(Protos.Value.Type.TEXT)
            .setText(Protos.Value.Text.newBuilder().setValue("zone-" + zone))
            .build();
    return Collections.singletonMap(ZONE, attribute); // Fenzo asks for null keys
  }

  /** What is left of a node; the number tells one offer from the next. */
  private record Lease(
      String hostname,
      int number,
      double cpuCores,
      double memoryMB,
      Map<String, Protos.Attribute> zone)
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
      return zone;
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

    Task(String id, List<ConstraintEvaluator> constraints) {
      this.id = id;
      this.constraints = constraints;
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
