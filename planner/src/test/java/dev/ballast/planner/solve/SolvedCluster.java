package dev.ballast.planner.solve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.resource.Document;
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
  private final Lens lens;
  private long revision;

  SolvedCluster(EnvironmentMode mode) {
    this(mode, Lens.CLEAR);
  }

  SolvedCluster(EnvironmentMode mode, Lens lens) {
    this.lens = lens;
    solver = new PlacementSolver(snapshot, mode);
    snapshot.listener(this);
  }

  SolvedCluster with(Collection<ObjectNode> nodes, Collection<ObjectNode> pods) {
    nodes.forEach(this::putNode);
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

  Plan plan() {
    return lens.plan(solver.plan(batch(), 1));
  }

  void putNamespace(ObjectNode original) {
    ObjectNode document = lens.namespace(original.deepCopy());
    Map<String, String> labels = new HashMap<>();
    document
        .at("/metadata/labels")
        .properties()
        .forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
    namespaces.put(document.at("/metadata/name").asText(), labels);
    snapshot.namespaceChanged(document.at("/metadata/name").asText(), labels);
  }

  void putNode(ObjectNode node) {
    snapshot.nodeChanged(
        decoded(lens == Lens.CLEAR ? node : lens.node(node.deepCopy()), Node.class));
  }

  /** A PersistentVolume or a claim. */
  void putVolume(ObjectNode original) {
    ObjectNode document = lens.volume(original.deepCopy());
    snapshot
        .volumes()
        .put(new Document(volumeKey(document), 1, Json.stamp(Json.storable(document), 1)));
  }

  static ObjectKey volumeKey(ObjectNode document) {
    String name = document.at("/metadata/name").asText();
    return document.path("kind").asText().equals("PersistentVolume")
        ? ObjectKey.cluster(ResourceType.PERSISTENT_VOLUMES, name)
        : new ObjectKey(
            ResourceType.PERSISTENT_VOLUME_CLAIMS,
            document.at("/metadata/namespace").asText(),
            name);
  }

  void bind(Plan.Binding binding) {
    snapshot.podBound(binding, ++revision);
  }

  void put(ObjectNode pod) {
    ObjectNode seen = lens == Lens.CLEAR ? pod : lens.pod(pod.deepCopy());
    snapshot.podChanged(key(pod), decoded(seen, Pod.class), ++revision);
  }

  private static <T> T decoded(ObjectNode document, Class<T> type) {
    try {
      return Json.MAPPER.treeToValue(document, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(document.toString(), e);
    }
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
