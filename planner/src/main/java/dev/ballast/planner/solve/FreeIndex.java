package dev.ballast.planner.solve;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.Bonds.Scope;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.DomainCount;
import dev.ballast.control.plan.Images;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.Relations;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.placement.HostPort;
import dev.ballast.core.placement.NodeRules;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.core.placement.ScoreWeights;
import dev.ballast.planner.solve.PlacementSolver.Admission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the cheapest node for a pod by branch and bound, in about log(nodes) steps: over {@link
 * Districts} first, then down the tree of one.
 *
 * <p>Follows the snapshot node by node ({@link #nodeChanged}, {@link #usageChanged}); within a
 * batch it counts the pods placed so far by {@link #reserve}, until {@link #release}. One thread.
 */
final class FreeIndex {

  /** How long a search goes on looking for a still cheaper node once it has one. */
  private static final int PATIENCE = 256;

  private static final int CLASSES = 512;

  /** Hundredths of a device that a pod may spoil, and the free share of devices below which. */
  private static final double SPOILT = 3;

  private static final double SCARCE = 0.35;

  private record Reserved(NodeState node, PodShape shape, List<Integer> devices) {}

  private final ClusterSnapshot snapshot;
  private final Relations relations;
  private final Districts districts;
  private final List<Reserved> reserved = new ArrayList<>();
  private final List<NodeState> held = new ArrayList<>();
  private final Map<NodeState, List<HostPort>> reservedPorts = new HashMap<>();

  /** Rules and images: all that makes pods without bonds alike to single nodes. */
  private record Alike(NodeRules rules, List<String> images) {}

  /**
   * @param fine null until the first rule ties such pods to single nodes: from then on what was
   *     found without it does not count
   */
  private record ClassKey(Object alike, Bonds fine, ScoreWeights weights) {}

  private final LinkedHashMap<ClassKey, PodClass> classes =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClassKey, PodClass> eldest) {
          return size() > CLASSES;
        }
      };

  private final GpuWorth worth = new GpuWorth();
  private final RecentNodes touched = new RecentNodes();
  private Admission admission = Admission.ALL;
  private int gpuNodes;
  private boolean gpusBefore;
  private int profilesBefore;
  private boolean[] hasGpus = {};
  private double[] bounds = {};
  private double bestCost;
  private NodeState best;
  private int patience;

  FreeIndex(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
    this.relations = snapshot.relations();
    this.districts = new Districts(snapshot);
    snapshot.nodes().forEach(this::countGpus);
  }

  /** The nodes that exist. */
  List<NodeState> nodes() {
    return snapshot.nodes().stream().filter(NodeState::exists).toList();
  }

  void nodeChanged(NodeState node) {
    districts.nodeChanged(node, this::review);
    countGpus(node);
    touched.add(node);
  }

  void usageChanged(NodeState node) {
    districts.usageChanged(node);
    touched.add(node);
  }

  private void countGpus(NodeState node) {
    int slot = node.slot();
    if (slot >= hasGpus.length) {
      hasGpus = Arrays.copyOf(hasGpus, 2 * slot + 8);
    }
    boolean has = node.exists() && node.devices().count() > 0;
    gpuNodes += (has ? 1 : 0) - (hasGpus[slot] ? 1 : 0);
    hasGpus[slot] = has;
  }

  /** See {@link GpuWorth#observe}. */
  void observe(PodShape shape) {
    if (gpuNodes > 0) {
      worth.observe(shape);
    }
  }

  /** Which devices a pod would get on the node. */
  List<Integer> devices(NodeState node, PodShape shape) {
    return shape.gpu().isNone() ? List.of() : worth.devices(node, shape, freeCpu(node));
  }

  private long freeCpu(NodeState node) {
    return districts.of(node).free(districts.place(node), ResourceNames.CPU);
  }

  private void review(District district, int place) {
    classes.values().forEach(one -> one.nodeChanged(district, place));
  }

  /** Before the first pod whose places do not merely grow dearer with load; nothing is reserved. */
  void widen() {
    districts.widen();
  }

  /** The cheapest node that takes a pod of the shape, or null. */
  NodeState best(PodShape shape, ScoreWeights weights) {
    boolean gpusNow = gpuNodes > 0;
    int profilesNow = snapshot.profiles().version();
    if (districts.regroup() || gpusNow != gpusBefore || profilesNow != profilesBefore) {
      classes.clear();
      gpusBefore = gpusNow;
      profilesBefore = profilesNow;
    }
    Optional<String> only = shape.rules().onlyNode();
    if (only.isPresent()) {
      return snapshot.node(only.get()).filter(node -> takes(node, shape)).orElse(null);
    }
    Bonds bonds = relations.bonds(shape);
    PodClass accepted = classOf(shape, bonds, weights);
    bestCost = Double.POSITIVE_INFINITY;
    best = null;
    patience = PATIENCE;
    bound(shape, weights, bonds, accepted);
    for (int next = cheapest(); next >= 0 && bounds[next] < bestCost; next = cheapest()) {
      District district = districts.all().get(next);
      Eligibility eligible = accepted.in(district);
      double aside = bonds.isUnruled() ? 0 : aside(bonds, weights, district);
      double bound = bounds[next];
      bounds[next] = Double.POSITIVE_INFINITY;
      descend(1, bound, aside, district, new Wish(shape, weights, eligible));
    }
    return best != null && isWorthMoreToOthers(best, shape) ? null : best;
  }

  void admit(Admission newAdmission) {
    admission = newAdmission;
  }

  private boolean isWorthMoreToOthers(NodeState node, PodShape shape) {
    return admission == Admission.WORTH_ITS_PLACE
        && !shape.gpu().isNone()
        && worth.loss(node, shape, freeCpu(node)) > SPOILT
        && freeGpus() < SCARCE;
  }

  /** The free share of all devices. */
  private double freeGpus() {
    double free = 0;
    double all = 0;
    for (NodeState node : snapshot.nodes()) {
      for (int device = 0; device < node.devices().count(); device++) {
        free += node.devices().free(device);
        all += GpuDemand.FULL;
      }
    }
    return all == 0 ? 1 : free / all;
  }

  private PodClass classOf(PodShape shape, Bonds bonds, ScoreWeights weights) {
    Bonds fine = bonds.isUnruled() || bonds.fine().isEmpty() ? null : bonds;
    boolean weighed = weights.imageLocality() > 0 && snapshot.images().matter(shape);
    Images images = weighed ? snapshot.images() : null;
    VolumeFollower volumes =
        shape.claims().isEmpty() ? null : new VolumeFollower(snapshot.volumes(), shape);
    boolean alone = gpuNodes > 0 || volumes != null;
    Object alike =
        alone
            ? shape
            : fine != null
                ? fine
                : images != null ? new Alike(shape.rules(), shape.images()) : shape.rules();
    PodClass found =
        classes.computeIfAbsent(
            new ClassKey(alike, fine, weights),
            key -> {
              GpuFollower gpus =
                  gpuNodes == 0 ? null : new GpuFollower(worth, shape, this::freeCpu);
              return new PodClass(shape, weights, fine, gpus, volumes, images);
            });
    found.catchUp(
        touched,
        node -> {
          District district = districts.of(node);
          if (district != null) {
            found.nodeChanged(district, districts.place(node));
          }
        });
    return found;
  }

  private void bound(PodShape shape, ScoreWeights weights, Bonds bonds, PodClass accepted) {
    int count = districts.all().size();
    if (bounds.length < count) {
      bounds = new double[2 * count];
    }
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] =
          i < count ? bound(districts.all().get(i), shape, weights, bonds, accepted) : Double.NaN;
    }
  }

  private static double bound(
      District district, PodShape shape, ScoreWeights weights, Bonds bonds, PodClass accepted) {
    if (district.isEmpty() || !district.hasRoom(1, shape)) {
      return Double.POSITIVE_INFINITY;
    }
    if (bonds.isUnruled()) {
      return district.bound(1, shape, weights, accepted.in(district));
    }
    return bonds.refusal(district.sample(), Scope.COARSE) != null
        ? Double.POSITIVE_INFINITY
        : district.bound(1, shape, weights, accepted.in(district))
            + aside(bonds, weights, district);
  }

  /** What every node of the district costs because of the pods in its coarse domains. */
  private static double aside(Bonds bonds, ScoreWeights weights, District district) {
    return (double) bonds.dislike(district.sample(), Scope.COARSE, DomainCount::shown, weights)
        * Balance.DISLIKE;
  }

  private int cheapest() {
    int cheapest = -1;
    for (int i = 0; i < districts.all().size(); i++) {
      if (bounds[i] < Double.POSITIVE_INFINITY && (cheapest < 0 || bounds[i] < bounds[cheapest])) {
        cheapest = i;
      }
    }
    return cheapest;
  }

  /** What is looked for in one district. */
  private record Wish(PodShape shape, ScoreWeights weights, Eligibility accepted) {

    double bound(District district, int at) {
      return district.bound(at, shape, weights, accepted);
    }
  }

  private void descend(int at, double bound, double aside, District district, Wish wish) {
    if (bound >= bestCost || (best != null && patience-- <= 0)) {
      return;
    }
    if (at >= district.leaves()) {
      NodeState node = district.node(at - district.leaves());
      if (wish.shape().ports().isEmpty() || portsFree(node, wish.shape())) {
        bestCost = bound;
        best = node;
      }
      return;
    }
    double left = wish.bound(district, 2 * at) + aside;
    double right = wish.bound(district, 2 * at + 1) + aside;
    if (left <= right) {
      descend(2 * at, left, aside, district, wish);
      descend(2 * at + 1, right, aside, district, wish);
    } else {
      descend(2 * at + 1, right, aside, district, wish);
      descend(2 * at, left, aside, district, wish);
    }
  }

  /** Would there be enough, once the others have left? */
  boolean hasRoom(NodeState node, PodShape shape, List<PodShape> leaving) {
    for (int resource : shape.asked()) {
      long free = districts.of(node).free(districts.place(node), resource);
      for (PodShape other : leaving) {
        free += Amounts.at(other.amounts(), resource);
      }
      if (shape.amounts()[resource] > free) {
        return false;
      }
    }
    return true;
  }

  /** Counts a pod as placed until {@link #release}. */
  void reserve(NodeState node, PodShape shape, List<Integer> devices) {
    reserved.add(new Reserved(node, shape, devices));
    if (!shape.ports().isEmpty()) {
      reservedPorts.computeIfAbsent(node, n -> new ArrayList<>()).addAll(shape.ports());
    }
    change(node, shape, devices, 1);
  }

  /** Keeps room on the node for a pod that is not there, and is no company to others yet. */
  void hold(NodeState node, PodShape shape, int amount) {
    districts.of(node).change(districts.place(node), shape, amount);
    held.add(node);
    touched.add(node);
  }

  /** Takes back one {@link #reserve}. */
  void cancel(NodeState node, PodShape shape, List<Integer> devices) {
    reserved.remove(new Reserved(node, shape, devices));
    shape.ports().forEach(reservedPorts.getOrDefault(node, new ArrayList<>())::remove);
    change(node, shape, devices, -1);
  }

  private void change(NodeState node, PodShape shape, List<Integer> devices, int amount) {
    node.devices().take(devices, amount * shape.gpu().percent());
    touched.add(node);
    districts.of(node).change(districts.place(node), shape, amount);
    relations.reserve(shape, node, amount);
    snapshot.volumes().use(shape, amount);
    if (amount > 0 && !shape.claims().isEmpty()) {
      snapshot
          .volumes()
          .choose(shape, node.node().orElseThrow())
          .ifPresent(snapshot.volumes()::promise);
    }
  }

  /** Forgets all reservations: the index shows the snapshot again. */
  void release() {
    for (Reserved one : reserved) {
      relations.reserve(one.shape(), one.node(), -1);
      snapshot.volumes().use(one.shape(), -1);
      one.node().devices().take(one.devices(), -one.shape().gpu().percent());
      usageChanged(one.node());
    }
    snapshot.volumes().forgetPromises();
    held.forEach(this::usageChanged);
    held.clear();
    reserved.clear();
    reservedPorts.clear();
  }

  /** True when one more pod of the shape may go there, beside all that is reserved. */
  boolean takes(NodeState node, PodShape shape) {
    District district = districts.of(node);
    return district != null
        && district.hasRoom(district.leaves() + districts.place(node), shape)
        && shape.rules().refusal(node.node().orElseThrow()).isEmpty()
        && node.devices().fits(shape.gpu())
        && (shape.claims().isEmpty()
            || snapshot.volumes().refusal(shape, node.node().orElseThrow()).isEmpty())
        && portsFree(node, shape)
        && relations.bonds(shape).refusal(node, Scope.ALL) == null;
  }

  private boolean portsFree(NodeState node, PodShape shape) {
    return node.hasFree(shape.ports())
        && Tally.disjoint(shape.ports(), reservedPorts.getOrDefault(node, List.of()));
  }
}
