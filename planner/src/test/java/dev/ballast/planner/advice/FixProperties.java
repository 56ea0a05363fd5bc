package dev.ballast.planner.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.control.plan.ClusterSnapshot;
import dev.ballast.control.plan.NodeState;
import dev.ballast.control.plan.PodView;
import dev.ballast.core.model.Node;
import dev.ballast.core.model.Pod;
import dev.ballast.core.plan.Plan;
import dev.ballast.core.quantity.Quantity;
import dev.ballast.core.resource.Json;
import dev.ballast.core.resource.ObjectKey;
import dev.ballast.core.resource.ResourceType;
import dev.ballast.planner.advice.Change.AddNode;
import dev.ballast.planner.advice.Change.EvictPod;
import dev.ballast.planner.advice.Change.FreeResource;
import dev.ballast.planner.advice.Change.Uncordon;
import dev.ballast.planner.solve.PlacementSolver;
import dev.ballast.testkit.placement.PlacementChecker;
import dev.ballast.testkit.placement.RandomCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Every fix that is told for a waiting pod of a random cluster works, and no proper part of it
 * does: judged by the independent checker, on documents to which the test makes the changes itself.
 */
class FixProperties {

  private static final int PODS = 4;

  private final Map<String, Integer> kinds = new TreeMap<>();

  @Property(tries = 40)
  void everyFixWorksAndNoPartOfItDoes(@ForAll long seed) {
    Cluster cluster = new Cluster(new RandomCluster(seed, 2, 7, 5, 22, 50));
    Plan plan = cluster.planAndBind();
    plan.unplaced().stream().limit(PODS).forEach(one -> check(cluster, one.pod().key()));
  }

  private void check(Cluster cluster, ObjectKey pod) {
    PodView before = cluster.snapshot.pod(pod).orElseThrow();
    List<Fix> fixes =
        new FixSearch(cluster.snapshot, cluster.solver, Map.of(pod, cluster.pods.get(pod))).fixes();
    assertEquals(before, cluster.snapshot.pod(pod).orElseThrow(), "the account is as it was");
    assertEquals(Optional.empty(), cluster.place(pod, List.of()));
    for (Fix fix : fixes) {
      assertTrue(cluster.place(pod, fix.changes()).isPresent(), () -> pod + ": " + fix);
      int all = (1 << fix.changes().size()) - 1;
      for (int part = 1; part < all; part++) {
        List<Change> some = part(fix.changes(), part);
        assertEquals(Optional.empty(), cluster.place(pod, some), () -> pod + ": " + some);
      }
      fix.changes().stream()
          .filter(change -> change instanceof FreeResource)
          .forEach(change -> checkAmount(cluster, pod, fix, (FreeResource) change));
      kinds.merge(fix.changes().getFirst().getClass().getSimpleName(), 1, Integer::sum);
    }
  }

  /** Not a millicore more than needed. */
  private static void checkAmount(Cluster cluster, ObjectKey pod, Fix fix, FreeResource free) {
    List<Change> less = new ArrayList<>(fix.changes());
    less.remove(free);
    less.add(new FreeResource(free.node(), free.resource(), free.amount() - 1));
    assertEquals(Optional.empty(), cluster.place(pod, less), () -> pod + ": " + less);
  }

  private static List<Change> part(List<Change> all, int bits) {
    List<Change> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if ((bits >> i & 1) == 1) {
        some.add(all.get(i));
      }
    }
    return some;
  }

  /** The documents, and the account made of them. */
  private static final class Cluster implements ClusterSnapshot.Listener {

    private final ClusterSnapshot snapshot = new ClusterSnapshot();
    private final PlacementSolver solver = new PlacementSolver(snapshot);
    private final Map<String, ObjectNode> nodes = new LinkedHashMap<>();
    private final Map<ObjectKey, ObjectNode> pods = new LinkedHashMap<>();
    private final List<ObjectNode> namespaces;
    private final Map<ObjectKey, PodView> waiting = new LinkedHashMap<>();

    Cluster(RandomCluster drawn) {
      snapshot.listener(this);
      namespaces = drawn.namespaces();
      for (ObjectNode namespace : namespaces) {
        Map<String, String> labels = new HashMap<>();
        namespace
            .at("/metadata/labels")
            .properties()
            .forEach(one -> labels.put(one.getKey(), one.getValue().asText()));
        snapshot.namespaceChanged(namespace.at("/metadata/name").asText(), labels);
      }
      for (ObjectNode node : drawn.nodes()) {
        nodes.put(node.at("/metadata/name").asText(), node);
        snapshot.nodeChanged(Json.MAPPER.convertValue(node, Node.class));
      }
      for (ObjectNode pod : drawn.pods()) {
        ObjectKey key =
            new ObjectKey(
                ResourceType.PODS,
                pod.at("/metadata/namespace").asText(),
                pod.at("/metadata/name").asText());
        pods.put(key, pod);
        snapshot.podChanged(key, Json.MAPPER.convertValue(pod, Pod.class), 1);
      }
    }

    Plan planAndBind() {
      Plan plan = solver.plan(List.copyOf(waiting.values()), 1);
      for (Plan.Binding one : plan.bindings()) {
        PlacementChecker.place(pods.get(one.pod().key()), one.node(), one.devices());
        snapshot.podBound(one, 2);
      }
      return plan;
    }

    /** Where the checker sends the pod once the changes are made. */
    Optional<String> place(ObjectKey key, List<Change> changes) {
      Map<String, ObjectNode> changed = new LinkedHashMap<>();
      nodes.forEach((name, node) -> changed.put(name, node.deepCopy()));
      List<String> evicted = new ArrayList<>();
      for (Change change : changes) {
        switch (change) {
          case Uncordon one -> uncordon(changed.get(one.node()));
          case FreeResource free -> free(changed.get(free.node()), free);
          case EvictPod evict -> evicted.add(evict.namespace() + "/" + evict.pod());
          case AddNode add -> {
            ObjectNode node = node(add);
            changed.put(node.at("/metadata/name").asText(), node);
          }
          case Change.DropConstraint drop -> {}
          case Change.AddToleration add -> {}
        }
      }
      PlacementChecker checker = new PlacementChecker(changed.values(), namespaces);
      pods.forEach(
          (other, pod) -> {
            if (pod.path("spec").has("nodeName")
                && !evicted.contains(other.namespace() + "/" + other.name())) {
              checker.occupy(pod, pod.at("/spec/nodeName").asText());
            }
          });
      return checker.anywhere(PodEdits.applied(pods.get(key), changes));
    }

    private static void uncordon(ObjectNode node) {
      node.withObjectProperty("spec").remove("unschedulable");
    }

    private static void free(ObjectNode node, FreeResource free) {
      JsonNode before = node.at("/status/allocatable/" + free.resource().replace("/", "~1"));
      Quantity quantity = Quantity.parse(before.asText("0"));
      boolean cpu = free.resource().equals("cpu");
      long sum = free.amount() + (cpu ? quantity.millis() : quantity.units());
      ((ObjectNode) node.at("/status/allocatable")).put(free.resource(), sum + (cpu ? "m" : ""));
    }

    private ObjectNode node(AddNode add) {
      ObjectNode node = Json.object();
      String name = "new-" + add.number();
      ObjectNode labels = node.putObject("metadata").put("name", name).putObject("labels");
      add.labels().forEach(labels::put);
      labels.put("kubernetes.io/hostname", name);
      if (!add.like().isEmpty()) {
        node.putObject("spec").set("taints", nodes.get(add.like()).at("/spec/taints"));
      }
      ObjectNode allocatable = node.putObject("status").putObject("allocatable");
      add.allocatable().forEach(allocatable::put);
      return node;
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
}
