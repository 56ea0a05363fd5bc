package dev.ballast.planner.solve;

import dev.ballast.control.meta.Rfc3339;
import dev.ballast.control.plan.Bonds;
import dev.ballast.control.plan.BudgetView;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.Devices;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.placement.Amounts;
import dev.ballast.core.placement.PodShape;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.plan.PodRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Room for a pod that fits nowhere, at the cost of pods that matter less: on which node, and whose.
 * Of all nodes the one is taken where least harm is done, compared in this order: budgets broken,
 * the highest priority that has to go, the sum of priorities, how many go, and last where the most
 * important of them have run for the shortest time. (Kubernetes documentation: "Pod Priority and
 * Preemption".)
 *
 * <p>For one plan, on one thread: what the plan places, and what was preempted before, is counted
 * until {@link #close}.
 */
final class Preemption implements AutoCloseable {

  /** So many nodes are looked at closely for one pod. */
  private static final int MOST_NODES = 200;

  /** Those that go first: the less important, among equals the younger. */
  private static final Comparator<PodView> LAST_TO_GO =
      Comparator.comparingInt(PodView::priority)
          .reversed()
          .thenComparingLong(PodView::started)
          .thenComparingLong(PodView::created)
          .thenComparing(pod -> pod.ref().key());

  private record Harm(int budgets, int highest, long sum, int victims, long youngest, String node)
      implements Comparable<Harm> {

    private static final Comparator<Harm> ORDER =
        Comparator.comparingInt(Harm::budgets)
            .thenComparingInt(Harm::highest)
            .thenComparingLong(Harm::sum)
            .thenComparingInt(Harm::victims)
            .thenComparing(Comparator.comparingLong(Harm::youngest).reversed())
            .thenComparing(Harm::node);

    @Override
    public int compareTo(Harm other) {
      return ORDER.compare(this, other);
    }
  }

  private record Choice(NodeState node, List<PodView> victims, Harm harm) {}

  private record Shown(PodView pod, NodeState node, List<Integer> devices, int amount) {}

  private final ClusterSnapshot snapshot;
  private final Map<NodeState, List<PodShape>> beside = new IdentityHashMap<>();
  private final Set<PodView> gone = new HashSet<>();
  private final Map<BudgetView, Integer> spent = new IdentityHashMap<>();
  private final List<Shown> shown = new ArrayList<>();

  /** Who has a place in this account. */
  private final Set<PodRef> settled = new HashSet<>();

  /**
   * @param placed what the plan places; it is not in the snapshot yet
   */
  Preemption(ClusterSnapshot snapshot, Collection<Assignment> placed) {
    this.snapshot = snapshot;
    for (Assignment one : placed) {
      settled.add(one.pod().ref());
      show(one.pod(), one.getNode(), one.devices(), 1);
    }
  }

  @Override
  public void close() {
    shown.reversed().forEach(one -> count(one, -one.amount()));
  }

  /**
   * The pods that shall go so that this one fits, which may be none where others go already; empty
   * when that would not help.
   */
  Optional<List<Plan.Eviction>> roomFor(PodView pod) {
    if (isRoomBeingMade(pod)) {
      return Optional.of(List.of());
    }
    keepPromises(pod);
    Optional<Choice> best =
        candidates(pod).stream()
            .map(node -> victims(pod, node))
            .flatMap(Optional::stream)
            .min(Comparator.comparing(Choice::harm));
    best.ifPresent(choice -> settle(pod, choice));
    return best.map(
        choice ->
            choice.victims().stream()
                .map(one -> new Plan.Eviction(one.ref(), choice.node().name(), pod.ref()))
                .toList());
  }

  /**
   * Room that is being made for others, no less important than the pod, is theirs; that their
   * victims go is nothing for it to gain.
   */
  private void keepPromises(PodView pod) {
    for (PodView other : snapshot.nominated()) {
      if (other.priority() >= pod.priority()
          && !other.ref().equals(pod.ref())
          && isRoomBeingMade(other)
          && settled.add(other.ref())) {
        show(other, snapshot.node(other.nominatedNode()).orElseThrow(), List.of(), 1);
      }
    }
  }

  /** Its victims take their leave: they have a grace period, and so has the pod to wait. */
  private boolean isRoomBeingMade(PodView pod) {
    return snapshot.node(pod.nominatedNode()).stream()
        .flatMap(node -> node.occupants().stream())
        .anyMatch(other -> other.deleting() && other.priority() < pod.priority());
  }

  /**
   * Nodes that the pod accepts and where enough would be free without the lesser pods; also where
   * others go already, for what they leave may do for two.
   */
  private List<NodeState> candidates(PodView pod) {
    List<NodeState> found = new ArrayList<>();
    for (NodeState node : snapshot.nodes()) {
      if (node.exists()
          && pod.shape().rules().refusal(node.node().orElseThrow()).isEmpty()
          && node.occupants().stream().anyMatch(other -> mayGo(other, pod) || gone.contains(other))
          && enough(pod, node)) {
        found.add(node);
      }
    }
    if (found.size() <= MOST_NODES) {
      return found;
    }
    found.sort(Comparator.comparingInt(node -> highest(node, pod)));
    return found.subList(0, MOST_NODES);
  }

  private int highest(NodeState node, PodView pod) {
    return node.occupants().stream()
        .filter(other -> mayGo(other, pod))
        .mapToInt(PodView::priority)
        .max()
        .orElse(Integer.MAX_VALUE);
  }

  private boolean mayGo(PodView other, PodView pod) {
    return other.priority() < pod.priority() && !gone.contains(other);
  }

  private boolean enough(PodView pod, NodeState node) {
    for (int resource : pod.shape().asked()) {
      long free = free(node, resource);
      for (PodView other : node.occupants()) {
        free += mayGo(other, pod) ? Amounts.at(other.shape().amounts(), resource) : 0;
      }
      if (pod.shape().amounts()[resource] > free) {
        return false;
      }
    }
    return true;
  }

  private long free(NodeState node, int resource) {
    long free = node.free(resource);
    for (PodShape other : beside.getOrDefault(node, List.of())) {
      free -= Amounts.at(other.amounts(), resource);
    }
    for (PodView other : node.occupants()) {
      free += gone.contains(other) ? Amounts.at(other.shape().amounts(), resource) : 0;
    }
    return free;
  }

  /** Everything that may go is taken away, then as much as can stay is put back. */
  private Optional<Choice> victims(PodView pod, NodeState node) {
    List<PodView> lesser =
        node.occupants().stream().filter(other -> mayGo(other, pod)).sorted(LAST_TO_GO).toList();
    lesser.forEach(one -> remove(one, node));
    List<PodView> victims = new ArrayList<>();
    try {
      if (!fits(pod, node)) {
        victims.addAll(lesser);
        return Optional.empty();
      }
      Map<PodView, Boolean> breaking = breaking(lesser);
      for (boolean first : new boolean[] {true, false}) {
        for (PodView one : lesser) {
          if (breaking.get(one) == first) {
            restore(one, node);
            if (!fits(pod, node)) {
              remove(one, node);
              victims.add(one);
            }
          }
        }
      }
      return Optional.of(new Choice(node, List.copyOf(victims), harm(victims, breaking, node)));
    } finally {
      victims.forEach(one -> restore(one, node));
    }
  }

  /** Those whose going would break a budget are put back first. */
  private Map<PodView, Boolean> breaking(List<PodView> lesser) {
    Map<BudgetView, Integer> left = new IdentityHashMap<>();
    Map<PodView, Boolean> breaking = new LinkedHashMap<>();
    for (PodView one : lesser) {
      boolean breaks = false;
      for (BudgetView budget : snapshot.budgets(one.shape())) {
        if (!budget.status().disruptedPods().containsKey(one.ref().key().name())) {
          int allowed = budget.status().disruptionsAllowed() - spent.getOrDefault(budget, 0);
          breaks |= left.merge(budget, 1, Integer::sum) > allowed;
        }
      }
      breaking.put(one, breaks);
    }
    return breaking;
  }

  private static Harm harm(List<PodView> victims, Map<PodView, Boolean> breaking, NodeState node) {
    int highest = Integer.MIN_VALUE;
    long sum = 0;
    int budgets = 0;
    for (PodView one : victims) {
      highest = Math.max(highest, one.priority());
      sum += (long) one.priority() - Integer.MIN_VALUE;
      budgets += breaking.get(one) ? 1 : 0;
    }
    int top = highest;
    long earliest =
        victims.stream()
            .filter(one -> one.priority() == top)
            .mapToLong(one -> one.started() == Rfc3339.ABSENT ? one.created() : one.started())
            .min()
            .orElse(Rfc3339.ABSENT);
    return new Harm(budgets, highest, sum, victims.size(), earliest, node.name());
  }

  private boolean fits(PodView pod, NodeState node) {
    PodShape shape = pod.shape();
    for (int resource : shape.asked()) {
      if (shape.amounts()[resource] > free(node, resource)) {
        return false;
      }
    }
    List<PodShape> there = new ArrayList<>(beside.getOrDefault(node, List.of()));
    node.occupants().stream()
        .filter(other -> !gone.contains(other))
        .forEach(other -> there.add(other.shape()));
    return there.stream().allMatch(other -> Tally.disjoint(shape.ports(), other.ports()))
        && node.devices().fits(shape.gpu())
        && (shape.claims().isEmpty()
            || snapshot.volumes().refusal(shape, node.node().orElseThrow()).isEmpty())
        && snapshot.relations().bonds(shape).refusal(node, Bonds.Scope.ALL) == null;
  }

  private void settle(PodView pod, Choice choice) {
    for (PodView victim : choice.victims()) {
      show(victim, choice.node(), choice.node().devices().of(victim), -1);
      gone.add(victim);
      snapshot.budgets(victim.shape()).forEach(one -> spent.merge(one, 1, Integer::sum));
    }
    Devices devices = choice.node().devices();
    settled.add(pod.ref());
    show(pod, choice.node(), devices.firstFit(pod.shape().gpu()), 1);
  }

  private void remove(PodView pod, NodeState node) {
    gone.add(pod);
    count(new Shown(pod, node, node.devices().of(pod), -1), -1);
  }

  private void restore(PodView pod, NodeState node) {
    gone.remove(pod);
    count(new Shown(pod, node, node.devices().of(pod), -1), 1);
  }

  private void show(PodView pod, NodeState node, List<Integer> devices, int amount) {
    Shown one = new Shown(pod, node, devices, amount);
    shown.add(one);
    count(one, amount);
    if (amount > 0) {
      beside.computeIfAbsent(node, n -> new ArrayList<>()).add(pod.shape());
    }
  }

  private void count(Shown one, int amount) {
    snapshot.relations().reserve(one.pod(), one.node(), amount);
    snapshot.volumes().use(one.pod().shape(), amount);
    one.node().devices().take(one.devices(), amount * one.pod().shape().gpu().percent());
  }
}
