package dev.ballast.control.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.resource.Document;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.core.store.CommitResult;
import dev.ballast.core.store.ListQuery;
import dev.ballast.core.store.ListResult;
import dev.ballast.core.store.Write;
import dev.ballast.testkit.store.InMemoryResourceStore;
import java.util.List;

/** Nodes and pods in an in-memory store, as documents. */
final class Cluster {

  final InMemoryResourceStore store = new InMemoryResourceStore();

  Cluster with(List<ObjectNode> nodes, List<ObjectNode> pods) {
    nodes.forEach(this::create);
    pods.forEach(this::create);
    return this;
  }

  void create(ObjectNode document) {
    CommitResult result = store.commit(new Write.Create(key(document), Json.storable(document)));
    if (!(result instanceof CommitResult.Committed)) {
      throw new IllegalStateException(result.toString());
    }
  }

  List<Document> list(ResourceType type) {
    return ((ListResult.Page) store.list(ListQuery.all(type))).documents();
  }

  /** A snapshot made in one go. */
  ClusterSnapshot snapshot() {
    ClusterSnapshot snapshot = new ClusterSnapshot();
    list(ResourceType.NODES).forEach(node -> snapshot.nodeChanged(node.as(Node.class)));
    list(ResourceType.PODS)
        .forEach(pod -> snapshot.podChanged(pod.key(), pod.as(Pod.class), pod.revision()));
    return snapshot;
  }

  static ObjectKey key(ObjectNode document) {
    String name = document.at("/metadata/name").asText();
    String namespace = document.at("/metadata/namespace").asText();
    return switch (document.path("kind").asText()) {
      case "Node" -> ObjectKey.cluster(ResourceType.NODES, name);
      case "PodGroup" -> new ObjectKey(ResourceType.POD_GROUPS, namespace, name);
      default -> new ObjectKey(ResourceType.PODS, namespace, name);
    };
  }

  static ObjectNode node(String name, String cpu) {
    return parse(
        "{'apiVersion':'v1','kind':'Node','metadata':{'name':'%s'},'status':{'allocatable':"
                .formatted(name)
            + "{'cpu':'%s','memory':'8Gi','pods':'110'}}}".formatted(cpu));
  }

  static ObjectNode pod(String name, String cpu) {
    return parse(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default','uid':'%s-1'},"
                .formatted(name, name)
            + "'spec':{'containers':[{'name':'c','resources':{'requests':{'cpu':'%s'}}}]}}"
                .formatted(cpu));
  }

  static ObjectNode parse(String json) {
    return Json.parse(json.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
