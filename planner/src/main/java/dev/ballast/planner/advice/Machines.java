package dev.ballast.planner.advice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.placement.GpuDemand;
import dev.ballast.core.placement.ResourceNames;
import dev.ballast.planner.advice.Change.AddNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The machines that could be added: of the types that the cluster has, the smallest first, and one
 * made to the pod's measure. Proposes; others try. One thread, the snapshot's.
 */
final class Machines {

  private static final String NAME = "kubernetes.io/hostname";
  private static final int MOST_TYPES = 4;
  private static final int MOST_COPIES = 8;

  private record Type(
      Map<String, String> labels, Map<String, String> allocatable, List<Node.Taint> taints) {}

  private final ClusterSnapshot snapshot;
  private final int group;

  /**
   * @param group how many pods need a place
   */
  Machines(ClusterSnapshot snapshot, int group) {
    this.snapshot = snapshot;
    this.group = group;
  }

  /** Sets of machines, in the order in which they are worth a try. */
  List<List<Change>> sets(PodView pod, ObjectNode document) {
    List<List<Change>> sets = new ArrayList<>();
    Map<Type, String> types = types();
    for (int copies = 1; copies <= Math.min(group, MOST_COPIES); copies++) {
      int count = copies;
      types.forEach(
          (type, like) -> sets.add(copies(count, like, type.labels(), type.allocatable())));
    }
    sets.add(copies(Math.min(group, MOST_COPIES), "", labels(document), measure(pod)));
    return sets;
  }

  private static List<Change> copies(
      int count, String like, Map<String, String> labels, Map<String, String> allocatable) {
    List<Change> copies = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      copies.add(new AddNode(i, like, labels, allocatable));
    }
    return copies;
  }

  private Map<Type, String> types() {
    Map<Type, String> types = new LinkedHashMap<>();
    snapshot.nodes().stream()
        .filter(NodeState::exists)
        .sorted(
            Comparator.comparingLong((NodeState n) -> n.allocatable(ResourceNames.CPU))
                .thenComparingLong(n -> n.allocatable(ResourceNames.MEMORY))
                .thenComparing(NodeState::name))
        .forEach(
            state -> {
              Node node = state.node().orElseThrow();
              Map<String, String> labels = new TreeMap<>(node.metadata().labels());
              labels.remove(NAME);
              List<Node.Taint> lasting =
                  node.spec().taints().stream()
                      .filter(taint -> !taint.key().startsWith("node.kubernetes.io/"))
                      .toList();
              if (types.size() < MOST_TYPES) {
                types.putIfAbsent(
                    new Type(labels, node.status().allocatable(), lasting), state.name());
              }
            });
    return types;
  }

  /** All that the pod asks for and nothing more. */
  private Map<String, String> measure(PodView pod) {
    Map<String, String> amounts = new TreeMap<>();
    for (int resource : pod.shape().asked()) {
      String name = snapshot.names().name(resource);
      long asked = pod.shape().amounts()[resource];
      // a machine has whole devices, of which the pod may want a share
      long offered =
          name.equals(GpuDemand.SHARE)
              ? Math.ceilDiv(asked, GpuDemand.FULL) * GpuDemand.FULL
              : asked;
      amounts.put(name, Change.quantity(name, offered));
    }
    for (String always : List.of("cpu", "memory", "pods")) {
      amounts.putIfAbsent(always, "0");
    }
    return amounts;
  }

  /** The labels that the pod's own rules name: the first way to satisfy them. */
  private static Map<String, String> labels(ObjectNode pod) {
    Map<String, String> labels = new TreeMap<>();
    JsonNode spec = pod.path("spec");
    JsonNode term =
        spec.at(
            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution"
                + "/nodeSelectorTerms/0");
    for (JsonNode one : term.path("matchExpressions")) {
      switch (one.path("operator").asText()) {
        case "In" -> labels.put(one.path("key").asText(), one.path("values").path(0).asText());
        case "Exists" -> labels.putIfAbsent(one.path("key").asText(), "");
        default -> {}
      }
    }
    spec.path("nodeSelector")
        .properties()
        .forEach(one -> labels.put(one.getKey(), one.getValue().asText()));
    for (JsonNode one : spec.path("topologySpreadConstraints")) {
      labels.putIfAbsent(one.path("topologyKey").asText(), "new");
    }
    labels.remove(NAME);
    return labels;
  }
}
