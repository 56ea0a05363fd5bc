package dev.ballast.planner.advice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.planner.advice.Change.AddToleration;
import dev.ballast.planner.advice.Change.Uncordon;
import dev.ballast.planner.solve.PlacementSolver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks for the smallest sets of changes that place a waiting pod. Each is tried by planning with
 * it; a set counts when it places the pod and no proper part of it does, which is tried too. Few
 * changes are tried before many, and the search ends with its budget of tries. One thread, the
 * snapshot's; for one pod, or one gang that is placed whole.
 */
final class FixSearch {

  /** So many plans are made for one pod. */
  private static final int TRIES = 160;

  private static final int MOST_CONSTRAINTS = 10;
  private static final int MOST_TOGETHER = 3;
  private static final int MOST_FOR_A_GANG = 5;
  private static final int ENOUGH = 6;
  private static final int OF_A_KIND = 2;

  private final ClusterSnapshot snapshot;
  private final WhatIf whatIf;
  private final Machines machines;
  private final Room room;
  private final ObjectNode pod;
  private final boolean gang;
  private final List<Fix> found = new ArrayList<>();
  private final Set<Set<Change>> failing = new HashSet<>();

  /**
   * @param group the pods that must be placed together, the one that is asked about first
   */
  FixSearch(ClusterSnapshot snapshot, PlacementSolver solver, Map<ObjectKey, ObjectNode> group) {
    this.snapshot = snapshot;
    this.whatIf = new WhatIf(snapshot, solver, group);
    this.machines = new Machines(snapshot, group.size());
    this.room = new Room(snapshot);
    this.pod = group.values().iterator().next();
    this.gang = group.size() > 1;
  }

  /** The gentlest first; none when the pod finds a place as things are. */
  List<Fix> fixes() {
    if (whatIf.place(List.of()).isPresent()) {
      return List.of();
    }
    List<Change> single = new ArrayList<>(cordoned());
    single.addAll(taints());
    single.addAll(PodEdits.constraints(pod));
    single = single.subList(0, Math.min(single.size(), MOST_CONSTRAINTS));
    single.forEach(one -> consider(List.of(one)));
    beside(List.of());
    for (int size = 2; size <= MOST_TOGETHER && found.size() < OF_A_KIND; size++) {
      combinations(single, 0, size, new ArrayList<>());
    }
    for (Change one : single) {
      if (found.size() < OF_A_KIND) {
        beside(List.of(one));
      }
    }
    found.sort(Comparator.comparingInt(FixSearch::harm));
    return List.copyOf(found.subList(0, Math.min(found.size(), ENOUGH)));
  }

  /** Room made by eviction or otherwise, or machines, beside what is changed anyway. */
  private void beside(List<Change> base) {
    List<List<Change>> sets = new ArrayList<>();
    if (gang) {
      sets.add(needed(base, whatIf.oneByOne(base, room::freed)));
      sets.add(needed(base, whatIf.oneByOne(base, room::evicted)));
      sets.removeIf(List::isEmpty);
    } else {
      sets.addAll(whatIf.within(base, room::freed));
      sets.addAll(whatIf.within(base, room::evicted));
    }
    sets.forEach(more -> consider(joined(base, more)));
    PodView view = whatIf.within(base, one -> one);
    int machinesFound = 0;
    for (List<Change> more : machines.sets(view, PodEdits.applied(pod, base))) {
      if (machinesFound < OF_A_KIND && consider(joined(base, more))) {
        machinesFound++;
      }
    }
  }

  /** Less those that a gang can do without: where one pod goes may leave room for the next. */
  private List<Change> needed(List<Change> base, List<Change> more) {
    List<Change> left = new ArrayList<>(more);
    for (Change one : more) {
      List<Change> without = new ArrayList<>(left);
      without.remove(one);
      if (left.size() > 1 && whatIf.place(joined(base, without)).isPresent()) {
        left = without;
      }
    }
    return left.size() > MOST_FOR_A_GANG ? List.of() : left;
  }

  private static List<Change> joined(List<Change> base, List<Change> more) {
    List<Change> all = new ArrayList<>(base);
    all.addAll(more);
    return all;
  }

  private void combinations(List<Change> from, int next, int size, List<Change> chosen) {
    if (chosen.size() == size) {
      consider(List.copyOf(chosen));
      return;
    }
    for (int i = next; i < from.size() && found.size() < ENOUGH; i++) {
      chosen.add(from.get(i));
      combinations(from, i + 1, size, chosen);
      chosen.removeLast();
    }
  }

  /** True when it is a fix. */
  private boolean consider(List<Change> changes) {
    Set<Change> set = new LinkedHashSet<>(changes);
    if (whatIf.tries() >= TRIES
        || failing.contains(set)
        || found.stream().anyMatch(fix -> set.containsAll(fix.changes()))) {
      return false;
    }
    Optional<String> node = whatIf.place(changes);
    if (node.isEmpty()) {
      failing.add(set);
      return false;
    }
    if (!isMinimal(changes)) {
      return false;
    }
    found.add(new Fix(changes, node.get().startsWith(WhatIf.NEW) ? "" : node.get()));
    return true;
  }

  private boolean isMinimal(List<Change> changes) {
    for (int bits = 1; bits < (1 << changes.size()) - 1; bits++) {
      List<Change> part = new ArrayList<>();
      for (int i = 0; i < changes.size(); i++) {
        if ((bits >> i & 1) == 1) {
          part.add(numbered(changes.get(i), part.size() + 1));
        }
      }
      Set<Change> set = new LinkedHashSet<>(part);
      if (!failing.contains(set)) {
        if (whatIf.place(part).isPresent()) {
          return false;
        }
        failing.add(set);
      }
    }
    return true;
  }

  /** Machines of one type are alike: which of them are left out does not matter. */
  private static Change numbered(Change change, int number) {
    return change instanceof Change.AddNode add
        ? new Change.AddNode(number, add.like(), add.labels(), add.allocatable())
        : change;
  }

  private List<Change> cordoned() {
    return nodes()
        .filter(node -> node.spec().unschedulable())
        .limit(2)
        .map(node -> (Change) new Uncordon(node.metadata().name()))
        .toList();
  }

  /** Taints that keep the pod away; those of a node's condition go by themselves. */
  private List<Change> taints() {
    Set<Change> all = new LinkedHashSet<>();
    PodView view = whatIf.within(List.of(), one -> one);
    nodes()
        .flatMap(node -> node.spec().taints().stream())
        .filter(taint -> !taint.key().startsWith("node.kubernetes.io/"))
        .filter(taint -> !taint.effect().equals("PreferNoSchedule"))
        .filter(taint -> !tolerates(view, taint))
        .limit(64)
        .forEach(taint -> all.add(new AddToleration(taint.key(), taint.value(), taint.effect())));
    return all.stream().limit(4).toList();
  }

  private static boolean tolerates(PodView pod, Taint taint) {
    return pod.shape().rules().tolerations().stream().anyMatch(one -> one.tolerates(taint));
  }

  /** In a steady order, so that the same question gets the same answer. */
  private Stream<Node> nodes() {
    return snapshot.nodes().stream()
        .flatMap(state -> state.node().stream())
        .sorted(Comparator.comparing((Node node) -> node.metadata().name()));
  }

  /** Who does it and what it costs: a command, the pod's owner, others' pods, money. */
  private static int harm(Fix fix) {
    int worst = 0;
    for (Change change : fix.changes()) {
      int harm =
          switch (change) {
            case Change.Uncordon one -> 0;
            case Change.AddToleration one -> 1;
            case Change.DropConstraint one -> 2;
            case Change.FreeResource one -> 3;
            case Change.EvictPod one -> 4;
            case Change.AddNode one -> 5;
          };
      worst = Math.max(worst, harm);
    }
    return 10 * fix.changes().size() + worst;
  }
}
