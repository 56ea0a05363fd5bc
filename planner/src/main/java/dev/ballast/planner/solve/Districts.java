package dev.ballast.planner.solve;

import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * All nodes, grouped so that a rule about zones or racks is asked once a group and not once a node:
 * the topologies with few domains are coarse, and the nodes of one district share their domains in
 * all of these.
 *
 * <p>Grouping anew costs a look at every node; it happens when rules speak of a new topology, or
 * when the number of nodes doubled or halved. One thread.
 */
final class Districts {

  private static final int ALWAYS_FINE_WITH = 8;
  private static final int NODES_PER_DISTRICT = 16;

  private final ClusterSnapshot snapshot;
  private final Map<List<Integer>, District> bySignature = new HashMap<>();
  private final List<District> all = new ArrayList<>();
  private List<Topology> coarse = List.of();
  private District[] ofSlot = {};
  private int[] placeOfSlot = {};
  private int knownTopologies;
  private int epoch;
  private int groupedNodes;
  private boolean wide;

  Districts(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
    snapshot.nodes().forEach(node -> nodeChanged(node, (district, place) -> {}));
  }

  /** By number; some may be empty. */
  List<District> all() {
    return all;
  }

  /** Null for a node that does not exist. */
  District of(NodeState node) {
    return node.slot() < ofSlot.length ? ofSlot[node.slot()] : null;
  }

  int place(NodeState node) {
    return placeOfSlot[node.slot()];
  }

  /**
   * @param review is told of every place where another, or a changed, node is now
   */
  void nodeChanged(NodeState node, ObjIntConsumer<District> review) {
    int slot = node.slot();
    if (slot >= ofSlot.length) {
      ofSlot = Arrays.copyOf(ofSlot, Math.max(slot + 1, 2 * ofSlot.length));
      placeOfSlot = Arrays.copyOf(placeOfSlot, ofSlot.length);
    }
    District before = ofSlot[slot];
    District after = node.exists() ? district(node) : null;
    if (before != after && before != null) {
      before.remove(placeOfSlot[slot]);
      review.accept(before, placeOfSlot[slot]);
    }
    ofSlot[slot] = after;
    if (after != null) {
      if (before == after) {
        after.show(placeOfSlot[slot]);
      } else {
        placeOfSlot[slot] = after.add(node);
      }
      review.accept(after, placeOfSlot[slot]);
    }
  }

  void usageChanged(NodeState node) {
    District district = of(node);
    if (district != null) {
      fit(district);
      district.show(placeOfSlot[node.slot()]);
    }
  }

  /** See {@link District#widen}. */
  void widen() {
    if (!wide) {
      wide = true;
      all.forEach(District::widen);
    }
  }

  private void fit(District district) {
    district.resources(snapshot.names().size());
  }

  private District district(NodeState node) {
    List<Integer> signature = coarse.stream().map(topology -> topology.domain(node)).toList();
    District found =
        bySignature.computeIfAbsent(
            signature, s -> new District(all.size(), snapshot.names().size(), wide));
    if (found.number() == all.size()) {
      all.add(found);
    }
    fit(found);
    return found;
  }

  /** Groups anew where that is due; true when all that was known of districts is void. */
  boolean regroup() {
    all.forEach(this::fit);
    int nodes = snapshot.nodeCount();
    boolean due =
        knownTopologies != snapshot.relations().topologies().size()
            || epoch != snapshot.relations().epoch()
            || (!coarse.isEmpty() && all.size() > 2 * most(nodes))
            || (knownTopologies > 0 && (nodes > 2 * groupedNodes || 2 * nodes < groupedNodes));
    if (!due) {
      return false;
    }
    knownTopologies = snapshot.relations().topologies().size();
    epoch = snapshot.relations().epoch();
    groupedNodes = nodes;
    coarse = coarse(most(nodes));
    bySignature.clear();
    all.clear();
    Arrays.fill(ofSlot, null);
    snapshot.nodes().forEach(node -> nodeChanged(node, (district, place) -> {}));
    return true;
  }

  private static int most(int nodes) {
    return Math.max(ALWAYS_FINE_WITH, nodes / NODES_PER_DISTRICT);
  }

  /** As many as make no more than so many districts, those with the fewest domains first. */
  private List<Topology> coarse(int mostDistricts) {
    List<NodeState> nodes = snapshot.nodes().stream().filter(NodeState::exists).toList();
    List<Topology> candidates = new ArrayList<>(snapshot.relations().topologies());
    candidates.sort(Comparator.comparingInt(Topology::domains));
    List<Topology> chosen = new ArrayList<>();
    for (Topology topology : candidates) {
      topology.coarse(false);
      if (topology.domains() <= mostDistricts) {
        chosen.add(topology);
        Set<List<Integer>> signatures = new HashSet<>();
        nodes.forEach(
            node -> signatures.add(chosen.stream().map(one -> one.domain(node)).toList()));
        if (signatures.size() > mostDistricts) {
          chosen.removeLast();
        } else {
          topology.coarse(true);
        }
      }
    }
    return List.copyOf(chosen);
  }
}
