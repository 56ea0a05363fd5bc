package dev.ballast.planner.cluster;

import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.NodeRules;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.planner.model.Dimensions;
import dev.ballast.planner.model.Groups;
import dev.ballast.planner.model.LoadPrice;
import dev.ballast.planner.model.Machines;
import dev.ballast.planner.model.Prices;
import dev.ballast.planner.model.Problem;
import dev.ballast.planner.model.Processes;
import dev.ballast.planner.model.Sequence;
import dev.ballast.planner.model.Shapes;
import dev.ballast.planner.model.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bound pods of a snapshot as a placement problem. A pod that is tied to other pods, to its
 * node, to a port, to a volume, to a device, that prefers nodes to others or that is leaving stays
 * where it is; it counts for what it takes. Which pods are waiting is the fast path's business.
 *
 * <p>Copies what it needs: the snapshot may change once it is made. Immutable.
 *
 * @param nodes by machine
 * @param pods by process
 * @param problem with prices that lead a search
 * @param priced the same with what counts in the end
 */
public record WholeCluster(
    List<String> nodes, List<PodView> pods, Problem problem, Problem priced) {

  /** One pod to be created again on another node before it is deleted where it is. */
  public record Migration(PodView pod, String from, String to) {}

  /**
   * @param migrations in the order in which every state on the way is legal
   * @param without how many moves were wanted for which there is no such order
   */
  public record Migrations(List<Migration> migrations, int without) {}

  private record Kind(PodShape shape, boolean pinned) {}

  public static WholeCluster of(ClusterSnapshot snapshot, Terms terms) {
    List<NodeState> nodes =
        snapshot.nodes().stream()
            .filter(NodeState::exists)
            .sorted(Comparator.comparing(NodeState::name))
            .toList();
    return new Making(snapshot, nodes, terms).made();
  }

  /** What a placement costs, its moves among it. */
  public Verdict worth(int[] placement) {
    return Verdict.of(priced, placement);
  }

  /** What leads from where the pods are to a placement of them. */
  public Migrations migrations(int[] placement) {
    Sequence sequence = Sequence.of(problem, problem.start(), placement);
    List<Migration> migrations =
        sequence.steps().stream()
            .map(
                step ->
                    new Migration(
                        pods.get(step.process()), nodes.get(step.from()), nodes.get(step.to())))
            .toList();
    return new Migrations(migrations, sequence.without().size());
  }

  /** Where the pods are once all these are done. */
  int[] reached(List<Migration> migrations) {
    Map<PodView, Integer> processes = new IdentityHashMap<>();
    for (int i = 0; i < pods.size(); i++) {
      processes.put(pods.get(i), i);
    }
    Map<String, Integer> machines = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      machines.put(nodes.get(i), i);
    }
    int[] placement = problem.start();
    migrations.forEach(one -> placement[processes.get(one.pod())] = machines.get(one.to()));
    return placement;
  }

  private static final class Making {

    private final ClusterSnapshot snapshot;
    private final List<NodeState> nodes;
    private final Terms terms;
    private final int scalars;
    private final Map<List<Long>, Integer> sizes = new LinkedHashMap<>();
    private final Map<Kind, Integer> kinds = new HashMap<>();
    private final Map<PodShape, Boolean> free = new IdentityHashMap<>();
    private final Map<NodeRules, Integer> sets = new HashMap<>();
    private final List<BitSet> allowed = new ArrayList<>();

    Making(ClusterSnapshot snapshot, List<NodeState> nodes, Terms terms) {
      this.snapshot = snapshot;
      this.nodes = nodes;
      this.terms = terms;
      this.scalars = snapshot.names().size();
    }

    WholeCluster made() {
      List<PodView> pods = new ArrayList<>();
      List<Integer> shapes = new ArrayList<>();
      List<Integer> start = new ArrayList<>();
      for (int machine = 0; machine < nodes.size(); machine++) {
        for (PodView pod : nodes.get(machine).occupants()) {
          pods.add(pod);
          start.add(machine);
          shapes.add(kind(pod));
        }
      }
      int count = pods.size();
      long[] movePrice = new long[count];
      Arrays.fill(movePrice, terms.disruption());
      long[] unplaced = new long[count];
      Arrays.fill(unplaced, 100 * Goal.NODE);
      Processes processes =
          new Processes(count, ints(shapes), new int[count], ints(start), movePrice, unplaced);
      Machines machines = machines();
      Shapes kinds = shapes();
      Goal goal = terms.goal();
      return new WholeCluster(
          nodes.stream().map(NodeState::name).toList(),
          List.copyOf(pods),
          problem(machines, kinds, processes, goal.guide()),
          problem(machines, kinds, processes, goal::price));
    }

    private Problem problem(
        Machines machines, Shapes shapes, Processes processes, LoadPrice.Shape price) {
      return new Problem(
          Dimensions.scalars(scalars),
          machines,
          shapes,
          processes,
          Groups.free(1),
          Prices.ofLoads(scalars, loads(price)));
    }

    private Machines machines() {
      long[] capacity = new long[nodes.size() * scalars];
      int[] kind = new int[nodes.size()];
      long[] open = new long[nodes.size()];
      Arrays.fill(open, terms.goal().openPrice());
      for (int machine = 0; machine < kind.length; machine++) {
        List<Long> size = new ArrayList<>();
        for (int d = 0; d < scalars; d++) {
          capacity[machine * scalars + d] = nodes.get(machine).allocatable(d);
          size.add(capacity[machine * scalars + d]);
        }
        kind[machine] = sizes.computeIfAbsent(size, s -> sizes.size());
      }
      return Machines.plain(nodes.size(), capacity, kind, open);
    }

    private List<LoadPrice> loads(LoadPrice.Shape price) {
      List<LoadPrice> loads = new ArrayList<>();
      for (int d : new int[] {ResourceNames.CPU, ResourceNames.MEMORY}) {
        long[] capacities = sizes.keySet().stream().mapToLong(size -> size.get(d)).toArray();
        loads.add(LoadPrice.of(false, d, capacities, price));
      }
      return loads;
    }

    private int kind(PodView pod) {
      boolean stays =
          pod.deleting()
              || !free.computeIfAbsent(pod.shape(), this::mayMove)
              || !terms.mayMove().test(pod);
      return kinds.computeIfAbsent(new Kind(pod.shape(), stays), k -> kinds.size());
    }

    private boolean mayMove(PodShape shape) {
      Bonds bonds = snapshot.relations().bonds(shape);
      return bonds.isNone()
          && shape.ports().isEmpty()
          && shape.claims().isEmpty()
          && shape.gpu().isNone()
          && shape.rules().preferred().isEmpty()
          && shape.rules().onlyNode().isEmpty();
    }

    private Shapes shapes() {
      long[] demand = new long[kinds.size() * scalars];
      int[] allowedSet = new int[kinds.size()];
      kinds.forEach(
          (kind, index) -> {
            for (int d = 0; d < scalars; d++) {
              demand[index * scalars + d] = Amounts.at(kind.shape().amounts(), d);
            }
            allowedSet[index] =
                kind.pinned()
                    ? Shapes.PINNED
                    : sets.computeIfAbsent(kind.shape().rules(), this::allowedBy);
          });
      return new Shapes(kinds.size(), demand, new int[0], allowedSet, allowed);
    }

    private int allowedBy(NodeRules rules) {
      BitSet set = new BitSet(nodes.size());
      for (int machine = 0; machine < nodes.size(); machine++) {
        Node node = nodes.get(machine).node().orElseThrow();
        set.set(machine, rules.refusal(node).isEmpty() && rules.dislike(node) == 0);
      }
      if (set.cardinality() == nodes.size()) {
        return Shapes.ANYWHERE;
      }
      allowed.add(set);
      return allowed.size() - 1;
    }

    private static int[] ints(List<Integer> values) {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
