package dev.ballast.planner.solve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.optaplanner.core.config.solver.EnvironmentMode;

/** A snapshot filled from documents, with a solver that follows it. */
final class SolvedCluster implements ClusterSnapshot.Listener {

  final ClusterSnapshot snapshot = new ClusterSnapshot();
  final PlacementSolver solver;
  final Map<ObjectKey, PodView> waiting = new LinkedHashMap<>();
  final Map<String, Map<String, String>> namespaces = new HashMap<>();
  private long revision;

  SolvedCluster(EnvironmentMode mode) {
    solver = new PlacementSolver(snapshot, mode);
    snapshot.listener(this);
  }

  SolvedCluster with(Collection<ObjectNode> nodes, Collection<ObjectNode> pods) {
    nodes.forEach(node -> snapshot.nodeChanged(Json.MAPPER.convertValue(node, Node.class)));
    pods.forEach(this::put);
    return this;
  }

  /** As if everything had been deleted. */
  void clear() {
    snapshot.retain(Set.of());
    namespaces.clear();
  }

  SolvedCluster withNamespaces(Collection<ObjectNode> documents) {
    documents.forEach(this::putNamespace);
    return this;
  }

  void putNamespace(ObjectNode document) {
    Map<String, String> labels = new HashMap<>();
    document
        .at("/metadata/labels")
        .properties()
        .forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
    namespaces.put(document.at("/metadata/name").asText(), labels);
    snapshot.namespaceChanged(document.at("/metadata/name").asText(), labels);
  }

  void putNode(ObjectNode node) {
    snapshot.nodeChanged(Json.MAPPER.convertValue(node, Node.class));
  }

  void bind(Plan.Binding binding) {
    snapshot.podBound(binding, ++revision);
  }

  void put(ObjectNode pod) {
    snapshot.podChanged(key(pod), Json.MAPPER.convertValue(pod, Pod.class), ++revision);
  }

  List<PodView> batch() {
    return List.copyOf(waiting.values());
  }

  static ObjectKey key(ObjectNode pod) {
    return new ObjectKey(
        ResourceType.PODS,
        pod.at("/metadata/namespace").asText(),
        pod.at("/metadata/name").asText());
  }

  @Override
  public void nodeChanged(NodeState node) {
    solver.nodeChanged(node);
  }

  @Override
  public void usageChanged(NodeState node, boolean freed) {
    solver.usageChanged(node);
  }

  @Override
  public void podWaits(PodView pod) {
    waiting.put(pod.ref().key(), pod);
  }

  @Override
  public void podLeft(PodView pod) {
    waiting.remove(pod.ref().key());
  }
}
