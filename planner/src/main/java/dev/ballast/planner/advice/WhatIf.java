package dev.ballast.planner.advice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Node.Taint;
import dev.ballast.core.model.ObjectMeta;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.planner.advice.Change.AddNode;
import dev.ballast.planner.advice.Change.AddToleration;
import dev.ballast.planner.advice.Change.DropConstraint;
import dev.ballast.planner.advice.Change.EvictPod;
import dev.ballast.planner.advice.Change.FreeResource;
import dev.ballast.planner.advice.Change.Uncordon;
import dev.ballast.planner.solve.PlacementSolver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Tries changes on a snapshot that nobody else uses: makes them, plans, and takes them back. One
 * thread, the snapshot's.
 */
final class WhatIf {

  /** How the names of nodes begin that there are not. */
  static final String NEW = "what-if-";

  private static final String NAME = "kubernetes.io/hostname";
  private static final String CORDON = "node.kubernetes.io/unschedulable";

  private final ClusterSnapshot snapshot;
  private final PlacementSolver solver;
  private final Map<ObjectKey, ObjectNode> group;
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private int tries;

  /**
   * @param group the pods that are planned together, as they are in the snapshot
   */
  WhatIf(ClusterSnapshot snapshot, PlacementSolver solver, Map<ObjectKey, ObjectNode> group) {
    this.snapshot = snapshot;
    this.solver = solver;
    this.group = Collections.unmodifiableMap(new LinkedHashMap<>(group));
  }

  /** How often it planned. */
  int tries() {
    return tries;
  }

  /**
   * Where the first pod goes; of a gang, where the first does that is placed, for it is placed
   * whole or not at all. Empty when there is no place.
   */
  Optional<String> place(Collection<Change> changes) {
    tries++;
    try {
      changes.forEach(this::make);
      return node(pods(changes));
    } finally {
      takeBack();
    }
  }

  private Optional<String> node(List<PodView> pods) {
    return solver.tryOut(pods, 0).bindings().stream().findFirst().map(Plan.Binding::node);
  }

  /**
   * What makes room for one pod of a gang after the other, so many as must be placed together, each
   * beside those before it; none where that does not help.
   *
   * @param room what would make room for a pod, the best first
   */
  List<Change> oneByOne(Collection<Change> base, Function<PodView, List<List<Change>>> room) {
    List<Change> more = new ArrayList<>();
    try {
      base.forEach(this::make);
      List<PodView> pods = pods(base);
      String gang = pods.getFirst().gang();
      int needed = snapshot.gangNeeds(gang) - snapshot.gangBound(gang);
      disband(gang);
      for (PodView pod : pods.subList(0, Math.clamp(needed, 1, pods.size()))) {
        Optional<Plan.Binding> binding = alone(pod);
        if (binding.isEmpty()) {
          room.apply(pod).stream()
              .filter(set -> isThere(set, more, gang))
              .limit(1)
              .flatMap(List::stream)
              .forEach(one -> add(more, one));
          binding = alone(pod);
        }
        if (binding.isEmpty()) {
          return List.of();
        }
        settle(pod, binding.get());
      }
      return more;
    } finally {
      takeBack();
    }
  }

  /** Is there so much to be freed, beside what is to be freed already? */
  private boolean isThere(List<Change> set, List<Change> more, String gang) {
    for (Change change : set) {
      if (change instanceof FreeResource free) {
        long sum = free.amount();
        for (Change one : more) {
          sum += one instanceof FreeResource before && isOf(before, free) ? before.amount() : 0;
        }
        NodeState node = snapshot.node(free.node()).orElseThrow();
        if (sum > Room.held(node, snapshot.names().find(free.resource()), gang)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isOf(FreeResource one, FreeResource other) {
    return one.node().equals(other.node()) && one.resource().equals(other.resource());
  }

  private void add(List<Change> more, Change change) {
    make(change);
    for (int i = 0; i < more.size(); i++) {
      if (more.get(i) instanceof FreeResource before
          && change instanceof FreeResource free
          && isOf(before, free)) {
        long sum = before.amount() + free.amount();
        more.set(i, new FreeResource(free.node(), free.resource(), sum));
        return;
      }
    }
    more.add(change);
  }

  private Optional<Plan.Binding> alone(PodView pod) {
    return solver.tryOut(List.of(pod), 0).bindings().stream().findFirst();
  }

  /** Its pods are planned each for itself. */
  private void disband(String gang) {
    snapshot
        .gang(gang)
        .ifPresent(
            view -> {
              ObjectKey key =
                  new ObjectKey(
                      ResourceType.POD_GROUPS, view.metadata().namespace(), view.metadata().name());
              snapshot.gangRemoved(key);
              undo.push(() -> snapshot.gangChanged(key, view));
            });
  }

  private void settle(PodView pod, Plan.Binding binding) {
    ObjectKey key = pod.ref().key();
    PodView before = snapshot.pod(key).orElseThrow();
    undo.push(
        () -> {
          snapshot.podRemoved(key);
          snapshot.restore(before);
        });
    snapshot.suppose(binding);
  }

  /** Runs a question in the changed cluster; the changes to pods are made too. */
  <T> T within(Collection<Change> changes, Function<PodView, T> question) {
    try {
      changes.forEach(this::make);
      return question.apply(pods(changes).getFirst());
    } finally {
      takeBack();
    }
  }

  private void takeBack() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }

  /** The first of the group first. */
  private List<PodView> pods(Collection<Change> changes) {
    boolean edits =
        changes.stream().anyMatch(c -> c instanceof DropConstraint || c instanceof AddToleration);
    List<PodView> views = new ArrayList<>();
    group.forEach(
        (key, document) -> {
          if (edits) {
            PodView before = snapshot.pod(key).orElseThrow();
            undo.push(
                () -> {
                  snapshot.podRemoved(key);
                  snapshot.restore(before);
                });
            snapshot.podRemoved(key);
            Pod pod = Json.MAPPER.convertValue(PodEdits.applied(document, changes), Pod.class);
            snapshot.podChanged(key, pod, before.revision());
          }
          views.add(snapshot.pod(key).orElseThrow());
        });
    return views;
  }

  private void make(Change change) {
    switch (change) {
      case DropConstraint drop -> {}
      case AddToleration add -> {}
      case Uncordon one -> renew(one.node(), WhatIf::uncordoned);
      case FreeResource free -> renew(free.node(), node -> enlarged(node, free));
      case EvictPod evict -> {
        ObjectKey key = new ObjectKey(ResourceType.PODS, evict.namespace(), evict.pod());
        PodView pod = snapshot.pod(key).orElseThrow();
        snapshot.podRemoved(key);
        undo.push(() -> snapshot.restore(pod));
      }
      case AddNode add -> {
        Node node = node(add);
        snapshot.nodeChanged(node);
        undo.push(() -> snapshot.nodeRemoved(node.metadata().name()));
      }
    }
  }

  private void renew(String name, UnaryOperator<Node> change) {
    Node before = snapshot.node(name).flatMap(NodeState::node).orElseThrow();
    snapshot.nodeChanged(change.apply(before));
    undo.push(() -> snapshot.nodeChanged(before));
  }

  private static Node uncordoned(Node node) {
    List<Taint> taints =
        node.spec().taints().stream().filter(taint -> !taint.key().equals(CORDON)).toList();
    return new Node(
        node.metadata(), new Node.Spec(false, taints, node.spec().providerID()), node.status());
  }

  private static Node enlarged(Node node, FreeResource free) {
    Map<String, String> allocatable = new LinkedHashMap<>(node.status().allocatable());
    Quantity before = Quantity.parse(allocatable.getOrDefault(free.resource(), "0"));
    boolean cpu = free.resource().equals("cpu");
    long sum = free.amount() + (cpu ? before.millis() : before.units());
    allocatable.put(free.resource(), Change.quantity(free.resource(), sum));
    return new Node(node.metadata(), node.spec(), offering(node.status(), allocatable));
  }

  private static Node.Status offering(Node.Status status, Map<String, String> allocatable) {
    return new Node.Status(status.capacity(), allocatable, status.conditions(), status.images());
  }

  /** Taints come with the node that it is like, but for those of its condition. */
  private Node node(AddNode add) {
    String name = NEW + add.number() + ".ballast.dev";
    Map<String, String> labels = new LinkedHashMap<>(add.labels());
    labels.put(NAME, name);
    List<Taint> taints =
        snapshot.node(add.like()).flatMap(NodeState::node).stream()
            .flatMap(node -> node.spec().taints().stream())
            .filter(taint -> !taint.key().startsWith("node.kubernetes.io/"))
            .toList();
    ObjectMeta metadata =
        new ObjectMeta(name, null, null, name, 0, 0, null, null, null, labels, null, null, null);
    return new Node(
        metadata,
        new Node.Spec(false, taints, null),
        new Node.Status(add.allocatable(), add.allocatable(), null, null));
  }
}
